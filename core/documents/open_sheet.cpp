// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/documents/open_document.h"
#include "core/documents/sheet_words.h"
#include "core/documents/table_readers.h"

#include <memory>

namespace fettle
{

namespace
{

class OpenSheetReader : public XmlWalk
{
public:
    OpenSheetReader(Allowance& allowance, SheetChoice& choice) : m_allowance(allowance), m_choice(choice) {}

protected:
    bool isLeftOut(std::string_view name, const XmlAttributes&) const override { return isBesideOpenText(name); }
    void open(std::string_view name, const XmlAttributes& attributes) override
    {
        if (name == "table") {
            m_rows = std::make_unique<SheetRows>(m_allowance);
            m_name = attributes["name"];
        } else if (name == "table-row") {
            m_column = 0;
            m_times = openCount(attributes["number-rows-repeated"], mostRows);
        } else if (name == "table-cell" || name == "covered-table-cell") {
            m_lines = std::make_unique<TextLines>(m_allowance);
            m_columns = openCount(attributes["number-columns-repeated"], SheetRows::mostColumns);
            m_value = valueOf(attributes);
        } else if (m_lines && (name == "p" || name == "h")) {
            m_lines->begin();
        } else if (m_lines) {
            takeOpenBlank(*m_lines, name, attributes);
        }
    }
    void close(std::string_view name) override
    {
        if (name == "table" && m_rows) {
            m_choice.offer(m_name, *m_rows);
            m_rows.reset();
        } else if (name == "table-row" && m_rows) {
            m_rows->endRow(m_times);
        } else if ((name == "table-cell" || name == "covered-table-cell") && m_lines) {
            takeCell();
        } else if (m_lines && (name == "p" || name == "h")) {
            m_lines->end(true);
        }
    }
    void letters(std::string_view piece) override
    {
        if (m_lines)
            m_lines->add(piece, Blanks::Collapsed);
    }

private:
    /// Numbers and dates as they are, not as they are shown; a text is that of its paragraphs.
    static std::string valueOf(const XmlAttributes& attributes)
    {
        const std::string_view type = attributes["value-type"];
        if (type == "float" || type == "percentage" || type == "currency")
            return std::string(attributes["value"]);
        if (type == "boolean")
            return attributes["boolean-value"] == "true" ? "TRUE" : "FALSE";
        if (type != "date")
            return {};
        std::string date(attributes["date-value"]);
        if (const size_t time = date.find('T'); time != std::string::npos)
            date[time] = ' ';
        return date;
    }
    void takeCell()
    {
        std::string value = std::move(m_value);
        if (value.empty()) {
            value = m_lines->take();
            if (!value.empty())
                value.pop_back(); // the last line's end
        }
        m_lines.reset();
        if (m_rows && !value.empty())
            for (int64_t i = 0; i < m_columns && m_column + i < SheetRows::mostColumns; ++i)
                m_rows->set(m_column + i, value);
        m_column += m_columns;
    }

    static constexpr int64_t mostRows = 1 << 20; ///< of a sheet, in every program

    Allowance& m_allowance;
    SheetChoice& m_choice;
    std::unique_ptr<SheetRows> m_rows;
    std::unique_ptr<TextLines> m_lines; ///< of the cell that is open
    std::string m_name, m_value;
    int64_t m_column = 0, m_columns = 1, m_times = 1;
};

} // namespace

ReadDocument readOpenSheet(std::string_view bytes, Allowance& allowance)
{
    ZipDocument zip(bytes, allowance);
    requireUnlocked(zip);
    SheetChoice choice;
    OpenSheetReader reader(allowance, choice);
    zip.readXmlOf("content.xml", reader);
    return choice.take();
}

} // namespace fettle
