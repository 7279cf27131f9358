// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/words_dialog.h"

#include "ui/parts/button.h"
#include "ui/parts/label.h"
#include "ui/parts/plain_scroll.h"
#include "ui/parts/rows.h"

namespace fettle::ui
{

WordsDialog::WordsDialog(const QString& title, const QString& html, QWidget* parent) : QDialog(parent)
{
    setWindowTitle(title);
    auto* column = makeColumn(this, 12, {20, 16, 20, 16});
    column->addWidget(new Label(title, Type::Title, Ink::Text, this));
    auto* scroll = new PlainScroll(this);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    scroll->setFocusPolicy(Qt::StrongFocus); // the arrow keys move it
    auto* words = new Label(html, Type::Body, Ink::Text, scroll);
    words->setTextFormat(Qt::RichText);
    words->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    words->wrapped();
    scroll->setContent(words);
    column->addWidget(scroll, 1);
    auto* close = makeButton(tr("Close"), Look::Primary, ControlSize::Large, {}, this);
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    column->addWidget(close, 0, Qt::AlignRight);
    resize(px(520), std::min(px(560), words->heightForWidth(px(480)) + px(150)));
}

} // namespace fettle::ui
