// SPDX-License-Identifier: GPL-3.0-or-later
// The object of our JSON: keys in the order of the file, found in constant time.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace fettle
{

/// What nlohmann::ordered_map offers, for files of any size: that one looks at every key for each new one and copies
/// all values when it grows. Here members stay where they are, and large objects have an index.
template <class Key, class T, class = void, class Allocator = std::allocator<std::pair<const Key, T>>>
class JsonObject : public std::list<std::pair<const Key, T>, Allocator>
{
    using Base = std::list<std::pair<const Key, T>, Allocator>;

public:
    using key_type = Key;
    using mapped_type = T;
    using key_compare = std::equal_to<>;
    using typename Base::const_iterator;
    using typename Base::iterator;
    using typename Base::size_type;
    using typename Base::value_type;

    JsonObject() = default;
    template <class It>
    JsonObject(It first, It last)
    {
        insert(first, last);
    }
    JsonObject(const JsonObject& other) : Base(other) { buildIndex(); }
    JsonObject(JsonObject&& other) noexcept = default; // its members move house with the list: the index stays true
    JsonObject& operator=(JsonObject other) noexcept
    {
        Base::swap(other);
        m_index.swap(other.m_index);
        return *this;
    }
    ~JsonObject() = default;

    iterator find(std::string_view key)
    {
        if (m_index) {
            const auto found = m_index->find(key);
            return found == m_index->end() ? this->end() : found->second;
        }
        auto each = this->begin();
        while (each != this->end() && each->first != key)
            ++each;
        return each;
    }
    const_iterator find(std::string_view key) const { return const_cast<JsonObject*>(this)->find(key); }
    size_type count(std::string_view key) const { return find(key) == this->end() ? 0 : 1; }

    template <class K>
    std::pair<iterator, bool> emplace(K&& key, T value)
    {
        if (const auto found = find(std::string_view(key)); found != this->end())
            return {found, false};
        Base::emplace_back(Key(std::forward<K>(key)), std::move(value));
        const auto added = std::prev(this->end());
        if (m_index)
            m_index->emplace(added->first, added);
        else
            buildIndex();
        return {added, true};
    }
    std::pair<iterator, bool> insert(value_type member) { return emplace(member.first, std::move(member.second)); }
    template <class It>
    void insert(It first, It last)
    {
        for (; first != last; ++first)
            emplace(first->first, T(first->second));
    }

    template <class K>
    T& operator[](K&& key)
    {
        const auto found = find(std::string_view(key));
        return found != this->end() ? found->second : emplace(std::forward<K>(key), T()).first->second;
    }
    const T& operator[](std::string_view key) const { return at(key); }
    T& at(std::string_view key)
    {
        const auto found = find(key);
        if (found == this->end())
            throw std::out_of_range("key not found");
        return found->second;
    }
    const T& at(std::string_view key) const { return const_cast<JsonObject*>(this)->at(key); }

    iterator erase(iterator position)
    {
        if (m_index)
            m_index->erase(position->first);
        return Base::erase(position);
    }
    iterator erase(iterator first, iterator last)
    {
        while (first != last)
            first = erase(first);
        return last;
    }
    size_type erase(std::string_view key)
    {
        const auto found = find(key);
        if (found == this->end())
            return 0;
        erase(found);
        return 1;
    }
    void clear()
    {
        m_index.reset();
        Base::clear();
    }

private:
    /// Below this many members a look at each is faster.
    static constexpr size_type smallest = 16;

    void buildIndex()
    {
        if (this->size() < smallest)
            return;
        m_index = std::make_unique<std::unordered_map<std::string_view, iterator>>();
        for (auto each = this->begin(); each != this->end(); ++each)
            m_index->emplace(each->first, each);
    }

    std::unique_ptr<std::unordered_map<std::string_view, iterator>> m_index; ///< of large objects only
};

} // namespace fettle
