// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/documents/office_parts.h"
#include "core/documents/sheet_dates.h"
#include "core/documents/sheet_rows.h"
#include "core/documents/sheet_words.h"
#include "core/documents/table_readers.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace fettle
{

namespace
{

struct ExcelSheet {
    std::string name, relation;
    bool isHidden = false;
};

class WorkbookReader : public XmlEvents
{
public:
    std::vector<ExcelSheet> sheets;
    bool from1904 = false;

    void start(std::string_view name, const XmlAttributes& attributes) override
    {
        if (name == "sheet")
            sheets.push_back({std::string(attributes["name"]), std::string(attributes["id"]),
                              attributes["state"] == "hidden" || attributes["state"] == "veryHidden"});
        else if (name == "workbookPr")
            from1904 = attributes["date1904"] == "1" || attributes["date1904"] == "true";
    }
    void end(std::string_view) override {}
    void text(std::string_view) override {}
};

/// Which of the cells' styles show a number as a date.
class StylesReader : public XmlEvents
{
public:
    std::vector<bool> isDate;

    void start(std::string_view name, const XmlAttributes& attributes) override
    {
        const int64_t id = parseInteger(attributes["numFmtId"]).value_or(0);
        if (name == "numFmt")
            m_codes[id] = attributes["formatCode"];
        else if (name == "cellXfs")
            m_inCells = true;
        else if (name == "xf" && m_inCells)
            isDate.push_back(isDateFormat(id, m_codes[id]));
    }
    void end(std::string_view name) override { m_inCells = m_inCells && name != "cellXfs"; }
    void text(std::string_view) override {}

private:
    std::map<int64_t, std::string> m_codes;
    bool m_inCells = false;
};

/// "_x000D_" as Excel writes characters that XML cannot hold; a carriage return is left out.
std::string unescapedCell(std::string_view written)
{
    std::string plain;
    for (size_t i = 0; i < written.size(); ++i) {
        unsigned value = 0;
        bool isEscape = written.substr(i).starts_with("_x") && i + 6 < written.size() && written[i + 6] == '_';
        for (size_t digit = i + 2; isEscape && digit < i + 6; ++digit) {
            const auto place = std::string_view("0123456789abcdef").find(lowered(written.substr(digit, 1)));
            isEscape = place != std::string_view::npos;
            value = value * 16 + static_cast<unsigned>(place & 0xF);
        }
        isEscape = isEscape && (value < 0xD800 || value > 0xDFFF);
        if (!isEscape)
            plain.push_back(written[i]);
        else if (value != '\r')
            appendUtf8(plain, value);
        i += isEscape ? 6 : 0;
    }
    return plain;
}

/// Texts that cells share, by their number.
class SharedTexts : public XmlWalk
{
public:
    explicit SharedTexts(Allowance& allowance) : m_allowance(allowance) {}
    std::vector<std::string> texts;

protected:
    bool isLeftOut(std::string_view name, const XmlAttributes&) const override
    {
        return name == "rPh";
    } // how it is spoken
    void open(std::string_view name, const XmlAttributes&) override
    {
        if (name == "si")
            m_text.clear();
        m_inText = name == "t";
    }
    void close(std::string_view name) override
    {
        m_inText = false;
        if (name != "si")
            return;
        m_allowance.take(m_text.size() + sizeof(std::string));
        texts.push_back(unescapedCell(m_text));
    }
    void letters(std::string_view piece) override
    {
        if (m_inText)
            m_text.append(piece);
    }

private:
    Allowance& m_allowance;
    std::string m_text;
    bool m_inText = false;
};

/// "BC12": 54; -1 where it is no cell.
int64_t columnOf(std::string_view cell)
{
    int64_t column = 0;
    for (const char c : cell) {
        if (c < 'A' || c > 'Z')
            break;
        column = std::min<int64_t>(column * 26 + (c - 'A' + 1), 1 << 20);
    }
    return column - 1;
}

struct ExcelContext {
    std::vector<std::string> texts;
    std::vector<bool> isDate;
    bool from1904 = false;
};

class WorksheetReader : public XmlWalk
{
public:
    WorksheetReader(const ExcelContext& context, SheetRows& rows) : m_context(context), m_rows(rows) {}

protected:
    bool isLeftOut(std::string_view name, const XmlAttributes&) const override { return name == "rPh" || name == "f"; }
    void open(std::string_view name, const XmlAttributes& attributes) override
    {
        if (name == "row") {
            m_column = -1;
        } else if (name == "c") {
            const int64_t named = columnOf(attributes["r"]);
            m_column = named < 0 ? m_column + 1 : named;
            m_type = attributes["t"];
            m_style = static_cast<size_t>(std::max<int64_t>(parseInteger(attributes["s"]).value_or(0), 0));
            m_value.clear();
        }
        m_inValue = name == "v" || name == "t";
    }
    void close(std::string_view name) override
    {
        m_inValue = false;
        if (name == "c")
            m_rows.set(m_column, value());
        else if (name == "row")
            m_rows.endRow();
    }
    void letters(std::string_view piece) override
    {
        if (m_inValue)
            m_value.append(piece);
    }

private:
    std::string value() const
    {
        if (m_type == "s") {
            const auto index = parseInteger(m_value).value_or(-1);
            const bool isKnown = index >= 0 && static_cast<size_t>(index) < m_context.texts.size();
            return isKnown ? m_context.texts[static_cast<size_t>(index)] : std::string();
        }
        if (m_type == "b")
            return m_value == "1" ? "TRUE" : m_value.empty() ? "" : "FALSE";
        if (!m_type.empty() && m_type != "n")
            return unescapedCell(m_value);
        const auto number = parseDouble(m_value);
        if (!number)
            return m_value;
        if (m_style < m_context.isDate.size() && m_context.isDate[m_style])
            if (std::string date = dateOfNumber(*number, m_context.from1904); !date.empty())
                return date;
        return shortest(*number);
    }

    const ExcelContext& m_context;
    SheetRows& m_rows;
    int64_t m_column = -1;
    std::string m_type, m_value;
    size_t m_style = 0;
    bool m_inValue = false;
};

} // namespace

ReadDocument readExcel(std::string_view bytes, Allowance& allowance)
{
    ZipDocument zip(bytes, allowance);
    std::string main = officePart(officeRelations(zip, ""), "officeDocument");
    if (main.empty())
        main = "xl/workbook.xml";
    WorkbookReader workbook;
    zip.readXmlOf(main, workbook);
    const std::vector<OfficeRelation> relations = officeRelations(zip, main);
    ExcelContext context;
    context.from1904 = workbook.from1904;
    if (const std::string part = officePart(relations, "sharedStrings"); !part.empty()) {
        SharedTexts shared(allowance);
        zip.readXmlOf(part, shared);
        context.texts = std::move(shared.texts);
    }
    if (const std::string part = officePart(relations, "styles"); !part.empty()) {
        StylesReader styles;
        zip.readXmlOf(part, styles);
        context.isDate = std::move(styles.isDate);
    }
    std::stable_sort(workbook.sheets.begin(), workbook.sheets.end(),
                     [](const ExcelSheet& a, const ExcelSheet& b) { return a.isHidden < b.isHidden; });
    SheetChoice choice;
    for (const ExcelSheet& sheet : workbook.sheets) {
        const auto relation = std::find_if(relations.begin(), relations.end(), [&](const OfficeRelation& each) {
            return each.id == sheet.relation && each.type == "worksheet";
        });
        if (relation == relations.end())
            continue; // a chart
        SheetRows rows(allowance);
        WorksheetReader reader(context, rows);
        zip.readXmlOf(relation->part, reader);
        choice.offer(sheet.name, rows);
    }
    return choice.take();
}

} // namespace fettle
