// SPDX-License-Identifier: GPL-3.0-or-later
// What a file was recognised as, in one line that can be corrected: kind, encoding, separator, quote, header, column.
#pragma once

#include "core/data/preview.h"

#include <QWidget>

class QCheckBox;
class QPushButton;

namespace fettle::ui
{

class FlowLayout;
class Label;
class SmallChoice;

class FormatLine : public QWidget
{
    Q_OBJECT

public:
    explicit FormatLine(QWidget* parent = nullptr);

    /// `known`: what was recognised of each file, empty where nothing could be; `wanted`: corrections that hold.
    void setFormat(const std::vector<RecognisedFile>& known, const DataFormat& wanted);
    /// Empty `columns`: the file has none, or they are not known. `reason`: why this one ("the longest text").
    void setColumns(const std::vector<std::string>& columns, const QString& column, const QString& reason);
    void setLocked(bool locked);
    void addPart(QWidget* part); ///< of what else is chosen of the rows: it stands at the end
    SmallChoice* columnChoice() const { return m_column; }
    SmallChoice* kindChoice() const { return m_kind; }
    SmallChoice* encodingChoice() const { return m_encoding; }
    SmallChoice* separatorChoice() const { return m_separator; }
    QCheckBox* headerBox() const { return m_header; }

Q_SIGNALS:
    void formatChosen(const fettle::DataFormat& format); ///< the corrections, complete
    void columnChosen(const QString& column);

private:
    void choose(std::string DataFormat::*part, const QString& value);

    DataFormat m_wanted;
    FlowLayout* m_flow;
    Label* m_words;
    SmallChoice *m_kind, *m_encoding, *m_separator, *m_quote, *m_column;
    QCheckBox* m_header;
    QWidget* m_columnPart;
    Label* m_reason;
    QPushButton* m_again;
};

/// "Western (Windows-1252)" of "windows-1252".
QString encodingWords(const QString& encoding);

} // namespace fettle::ui
