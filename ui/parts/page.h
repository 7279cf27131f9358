// SPDX-License-Identifier: GPL-3.0-or-later
// What every page is: a head (title, sentence, the one filled button) over a body that scrolls when the window is
// small.
//
// Use: class DataPage : public Page { DataPage(Workbench& workbench, QWidget* parent) : Page(PageId::Data, tr("Data"),
//      tr("The text the model learns from."), parent) { header()->primary()->setText(…); body()->addWidget(…); } };
// Build widgets in the constructor, connect to the workbench's signals there, and bring everything up to date in
// refresh(), which is called when the page is shown. Register the page in ui/window/main_window_pages.cpp.
#pragma once

#include "ui/bench/page_id.h"
#include "ui/parts/page_header.h"

#include <QWidget>

class QVBoxLayout;

namespace fettle::ui
{

class Page : public QWidget
{
    Q_OBJECT

public:
    Page(PageId id, const QString& title, const QString& sentence, QWidget* parent);

    PageId id() const { return m_id; }
    QString title() const { return m_title; }
    /// Called whenever the page comes to the front.
    virtual void refresh() {}
    /// The page's filled button is Ctrl+Enter's; the default clicks it.
    virtual void activatePrimary();
    /// Projector: only what a room should see; the default does nothing.
    virtual void setProjector(bool on) { Q_UNUSED(on) }
    PageHeader* header() const { return m_header; }
    /// Where the focus goes when the page comes to the front, or the control that had it vanishes: the page's keys work
    /// there, and nothing is pressed by mistake. The default is the page itself.
    virtual QWidget* focusPlace();

protected:
    QVBoxLayout* body() const { return m_body; } ///< no margins, spacing 12

private:
    PageId m_id;
    QString m_title;
    PageHeader* m_header;
    QVBoxLayout* m_body;
};

} // namespace fettle::ui
