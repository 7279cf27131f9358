// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/documents/xml_events.h"

#include "core/base/error.h"

#include <algorithm>
#include <exception>
#include <expat.h>
#include <fmt/format.h>
#include <memory>

namespace fettle
{

namespace
{

constexpr int deepestElement = 1000;

std::string_view withoutPrefix(std::string_view name)
{
    const size_t colon = name.rfind(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

/// One parse. Expat is C: an exception waits until its call has returned.
class XmlParse
{
public:
    XmlParse(const std::string& where, XmlEvents& events)
        : m_where(where), m_events(events), m_parser(XML_ParserCreate(nullptr))
    {
        if (!m_parser)
            throw Error(ErrorCode::OutOfResources, "There is too little memory to read XML.", {}, "data");
        XML_SetUserData(m_parser.get(), this);
        XML_SetElementHandler(m_parser.get(), onStart, onEnd);
        XML_SetCharacterDataHandler(m_parser.get(), onText);
        XML_SetEntityDeclHandler(m_parser.get(), onEntity);
    }

    void read(std::string_view bytes)
    {
        constexpr size_t most = 1 << 26; // expat counts in int
        do {
            const std::string_view piece = bytes.substr(0, most);
            bytes.remove_prefix(piece.size());
            const XML_Status status =
                XML_Parse(m_parser.get(), piece.data(), static_cast<int>(piece.size()), bytes.empty() ? 1 : 0);
            if (m_thrown)
                std::rethrow_exception(m_thrown);
            if (status != XML_STATUS_OK)
                throw refused(XML_ErrorString(XML_GetErrorCode(m_parser.get())));
        } while (!bytes.empty());
    }

private:
    struct Free {
        void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
    };

    Error refused(const std::string& why) const
    {
        return badInput(
            fmt::format("{}, line {}: {}.", m_where, XML_GetCurrentLineNumber(m_parser.get()), shown(why, 100)),
            "The file is damaged or was made by a program that errs; open it in its program and save it anew.", "data");
    }

    template <typename Action>
    void guarded(Action&& action)
    {
        if (m_thrown)
            return;
        try {
            action();
        } catch (...) {
            m_thrown = std::current_exception();
            XML_StopParser(m_parser.get(), XML_FALSE);
        }
    }

    static void onStart(void* self, const XML_Char* name, const XML_Char** attributes)
    {
        auto& parse = *static_cast<XmlParse*>(self);
        parse.guarded([&] {
            if (++parse.m_depth > deepestElement)
                throw parse.refused("elements are nested too deep");
            parse.m_events.start(withoutPrefix(name), XmlAttributes(attributes));
        });
    }
    static void onEnd(void* self, const XML_Char* name)
    {
        auto& parse = *static_cast<XmlParse*>(self);
        parse.guarded([&] {
            --parse.m_depth;
            parse.m_events.end(withoutPrefix(name));
        });
    }
    static void onText(void* self, const XML_Char* text, int length)
    {
        auto& parse = *static_cast<XmlParse*>(self);
        parse.guarded([&] { parse.m_events.text({text, static_cast<size_t>(length)}); });
    }
    static void onEntity(void* self, const XML_Char*, int, const XML_Char*, int, const XML_Char*, const XML_Char*,
                         const XML_Char*, const XML_Char*)
    {
        auto& parse = *static_cast<XmlParse*>(self);
        parse.guarded([&] { throw parse.refused("it declares entities, which no document needs"); });
    }

    const std::string& m_where;
    XmlEvents& m_events;
    std::unique_ptr<XML_ParserStruct, Free> m_parser;
    std::exception_ptr m_thrown;
    int m_depth = 0;
};

} // namespace

std::string_view XmlAttributes::operator[](std::string_view name) const
{
    for (const char* const* pair = m_pairs; *pair != nullptr; pair += 2)
        if (withoutPrefix(pair[0]) == name)
            return pair[1];
    return {};
}

void readXml(std::string_view bytes, const std::string& where, XmlEvents& events)
{
    XmlParse(where, events).read(bytes);
}

} // namespace fettle
