// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/documents/document_readers.h"
#include "core/documents/zip_document.h"

#include <fmt/format.h>
#include <map>
#include <set>

namespace fettle
{

namespace
{

class BookContainer : public XmlEvents
{
public:
    std::string package;

    void start(std::string_view name, const XmlAttributes& attributes) override
    {
        if (name == "rootfile" && package.empty())
            package = attributes["full-path"];
    }
    void end(std::string_view) override {}
    void text(std::string_view) override {}
};

/// "a%20b" of an address; what follows "#" is a place within the page.
std::string unescapedAddress(std::string_view address)
{
    std::string plain;
    address = address.substr(0, address.find('#'));
    const auto digit = [](char c) {
        return c >= '0' && c <= '9'   ? c - '0'
               : c >= 'a' && c <= 'f' ? c - 'a' + 10
               : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                      : -1;
    };
    for (size_t i = 0; i < address.size(); ++i) {
        const bool isEscape =
            address[i] == '%' && i + 2 < address.size() && digit(address[i + 1]) >= 0 && digit(address[i + 2]) >= 0;
        plain.push_back(isEscape ? static_cast<char>(digit(address[i + 1]) * 16 + digit(address[i + 2])) : address[i]);
        i += isEscape ? 2 : 0;
    }
    return plain;
}

/// The package document: which files there are, and in which order they are read.
class BookPackage : public XmlEvents
{
public:
    explicit BookPackage(std::string_view place) : m_place(place) {}
    std::vector<std::string> pages;

    void start(std::string_view name, const XmlAttributes& attributes) override
    {
        const std::string_view type = attributes["media-type"];
        const bool isPage = type == "application/xhtml+xml" || type == "text/html" || type == "text/x-oeb1-document";
        const bool isContents = fmt::format(" {} ", attributes["properties"]).find(" nav ") != std::string::npos;
        if (name == "item" && isPage && !isContents)
            m_items[std::string(attributes["id"])] = partBeside(m_place, unescapedAddress(attributes["href"]));
        else if (name == "itemref")
            if (const auto found = m_items.find(std::string(attributes["idref"])); found != m_items.end())
                pages.push_back(found->second);
    }
    void end(std::string_view) override {}
    void text(std::string_view) override {}

private:
    std::string_view m_place;
    std::map<std::string, std::string> m_items;
};

/// Parts that only the seller's programs can read; fonts often are.
class BookLocks : public XmlEvents
{
public:
    std::set<std::string> parts;

    void start(std::string_view name, const XmlAttributes& attributes) override
    {
        if (name == "CipherReference")
            parts.insert(partBeside("", unescapedAddress(attributes["URI"])));
    }
    void end(std::string_view) override {}
    void text(std::string_view) override {}
};

} // namespace

ReadDocument readBook(std::string_view bytes, Allowance& allowance)
{
    ZipDocument zip(bytes, allowance);
    BookContainer container;
    zip.readXmlOf("META-INF/container.xml", container);
    BookPackage package(container.package);
    zip.readXmlOf(container.package, package);
    BookLocks locks;
    if (zip.has("META-INF/encryption.xml"))
        zip.readXmlOf("META-INF/encryption.xml", locks);
    ReadDocument book;
    for (const std::string& page : package.pages) {
        if (locks.parts.contains(page))
            throw badInput(fmt::format("{} is locked by its seller (DRM).", zip.name()),
                           "Only the seller's own programs can read it.", "data");
        const std::string html = toValidUtf8(zip.read(page));
        book.content += textOfHtml(html, allowance, true);
    }
    if (package.pages.empty())
        throw zip.damaged("this e-book names no page to read");
    return book;
}

} // namespace fettle
