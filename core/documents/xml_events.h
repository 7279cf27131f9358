// SPDX-License-Identifier: GPL-3.0-or-later
// XML as a sequence of events (expat): no tree, no namespaces looked up, nothing fetched.
#pragma once

#include <string>
#include <string_view>

namespace fettle
{

class XmlAttributes
{
public:
    explicit XmlAttributes(const char* const* pairs) : m_pairs(pairs) {}
    /// By the name without its prefix, the first one; empty where there is none.
    std::string_view operator[](std::string_view name) const;

private:
    const char* const* m_pairs;
};

/// Names come without their prefix: "p" of "w:p". What is thrown here comes out of readXml.
class XmlEvents
{
public:
    virtual ~XmlEvents() = default;
    virtual void start(std::string_view name, const XmlAttributes& attributes) = 0;
    virtual void end(std::string_view name) = 0;
    /// Valid UTF-8; a text may come in several pieces.
    virtual void text(std::string_view piece) = 0;
};

/// Events without those of elements that are left out whole.
class XmlWalk : public XmlEvents
{
public:
    void start(std::string_view name, const XmlAttributes& attributes) final
    {
        if (m_skipped > 0 || isLeftOut(name, attributes))
            ++m_skipped;
        else
            open(name, attributes);
    }
    void end(std::string_view name) final
    {
        if (m_skipped > 0)
            --m_skipped;
        else
            close(name);
    }
    void text(std::string_view piece) final
    {
        if (m_skipped == 0)
            letters(piece);
    }

protected:
    virtual bool isLeftOut(std::string_view name, const XmlAttributes& attributes) const = 0;
    virtual void open(std::string_view name, const XmlAttributes& attributes) = 0;
    virtual void close(std::string_view name) = 0;
    virtual void letters(std::string_view piece) = 0;

private:
    int m_skipped = 0; ///< elements that are open and left out
};

/// `where`: what messages call it ("letter.docx: word/document.xml"). Throws BadInput (subject "data") for what is no
/// XML, for entities that are declared (documents have none; they can be made to swell without end) and for elements
/// nested deeper than documents are.
void readXml(std::string_view bytes, const std::string& where, XmlEvents& events);

} // namespace fettle
