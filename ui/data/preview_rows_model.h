// SPDX-License-Identifier: GPL-3.0-or-later
// The first rows of a text as a table: number, text, tokens; rows that are cut stand in the warning colour.
#pragma once

#include "core/data/preview.h"

#include <QAbstractTableModel>
#include <memory>

namespace fettle::ui
{

class PreviewRowsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Row, Text, Tokens, ColumnCount };

    explicit PreviewRowsModel(QObject* parent = nullptr);

    /// `cut`: rows of more tokens are shown as cut; 0: none is.
    void setPreview(std::shared_ptr<const DataPreview> preview, int64_t cut);
    /// Shows another cut, without new rows.
    void setCut(int64_t cut);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::shared_ptr<const DataPreview> m_preview;
    int64_t m_cut = 0;
};

} // namespace fettle::ui
