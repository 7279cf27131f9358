// SPDX-License-Identifier: GPL-3.0-or-later
// The head of a page: title, one sentence, and its buttons at the right end, the filled one last.
#pragma once

#include <QWidget>

class QHBoxLayout;
class QPushButton;

namespace fettle::ui
{

class Label;

class PageHeader : public QWidget
{
    Q_OBJECT

public:
    explicit PageHeader(const QString& title, const QString& sentence, QWidget* parent = nullptr);

    void setSentence(const QString& sentence);
    /// The page's one filled button, always rightmost; Tab comes to it before the body.
    QPushButton* primary();
    /// Stands left of the filled button.
    void addButton(QWidget* button);
    Label* sentenceLabel() const { return m_sentence; }

Q_SIGNALS:
    void primaryChanged(); ///< the filled button can be pressed now, or no longer

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    Label* m_title;
    Label* m_sentence;
    QHBoxLayout* m_buttons;
    QPushButton* m_primary = nullptr;
};

} // namespace fettle::ui
