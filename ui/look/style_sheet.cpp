// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/look/style_sheet.h"

#include "ui/look/theme.h"

namespace fettle::ui
{
namespace
{
// @name is a colour token, #n# a length in pixels at 100 %.
constexpr const char* sheet = R"(
QMenuBar { background: @rail; border-bottom: 1px solid @hairline; padding: 0 #8#px; }
QMenuBar::item { background: transparent; color: @text; padding: #6#px #10#px; border-radius: 4px; }
QMenuBar::item:selected { background: @hover; }
QMenuBar::item:pressed { background: @tint; }
QMenu { background: @card; color: @text; border: 1px solid @hairline; padding: 5px 0; }
QMenu::item { padding: #5#px #28#px #5#px #12#px; min-height: #18#px; }
QMenu::item:selected { background: @tint; color: @text; }
QMenu::item:disabled { color: @border; }
QMenu::separator { height: 1px; background: @hairline; margin: 5px 0; }
QMenu::icon { padding-left: #10#px; }
QMenu::indicator { width: #14#px; height: #14#px; padding-left: #8#px; }
QToolTip { background: @card; color: @text; border: 1px solid @border; padding: 6px 8px; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; border: none; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; border: none; }
QScrollBar::handle { background: @track; border-radius: 4px; margin: 1px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: @border; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { background: transparent; color: @text2; border: none; border-bottom: 1px solid @hairline;
  padding: #4#px #8#px; font-weight: 500; }
QHeaderView::section:first { padding-left: #16#px; }
QHeaderView::section:last { padding-right: #16#px; }
QTableView, QTreeView, QListView { background: @card; border: none; color: @text;
  gridline-color: @hairline; selection-background-color: @hover; selection-color: @text; outline: 0; }
QComboBox QAbstractItemView { background: @card; color: @text; border: 1px solid @border; padding: 4px 0; }
QComboBox QAbstractItemView::item { background: @card; min-height: #26#px; padding: 0 #9#px; color: @text; }
QComboBox QAbstractItemView::item:selected, QComboBox QAbstractItemView::item:hover { background: @tint; color: @text; }
QSplitter::handle { background: transparent; }
QAbstractScrollArea#plain, QAbstractScrollArea#plain > QWidget > QWidget#plain { background: transparent; border: none; }
)";

QString filled(QString text)
{
    const Palette& p = colors();
    const std::pair<const char*, QColor> names[] = {
        {"@rail", p.rail},     {"@card", p.card},   {"@hover", p.hover}, {"@hairline", p.hairline}, {"@track", p.track},
        {"@border", p.border}, {"@text2", p.text2}, {"@text", p.text},   {"@tint", p.tint}};
    for (const auto& [name, color] : names)
        text.replace(QLatin1String(name), color.name());
    for (int length = 40; length > 0; --length)
        text.replace(QStringLiteral("#%1#").arg(length), QString::number(px(length)));
    return text;
}
} // namespace

QString makeStyleSheet()
{
    return filled(QString::fromUtf8(sheet));
}

QPalette makePalette()
{
    const Palette& p = colors();
    QPalette result;
    const auto set = [&](QPalette::ColorRole role, const QColor& color) { result.setColor(role, color); };
    set(QPalette::Window, p.window);
    set(QPalette::WindowText, p.text);
    set(QPalette::Base, p.card);
    set(QPalette::AlternateBase, p.hover);
    set(QPalette::Text, p.text);
    set(QPalette::Button, p.card);
    set(QPalette::ButtonText, p.text);
    set(QPalette::BrightText, p.onAccent);
    set(QPalette::ToolTipBase, p.card);
    set(QPalette::ToolTipText, p.text);
    set(QPalette::PlaceholderText, p.text2);
    set(QPalette::Highlight, p.accent);
    set(QPalette::HighlightedText, p.onAccent);
    set(QPalette::Link, p.accent);
    set(QPalette::LinkVisited, p.accent);
    set(QPalette::Light, p.card);
    set(QPalette::Midlight, p.hover);
    set(QPalette::Mid, p.hairline);
    set(QPalette::Dark, p.border);
    set(QPalette::Shadow, p.hairline);
    for (auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        result.setColor(QPalette::Disabled, role, p.text2);
    return result;
}

} // namespace fettle::ui
