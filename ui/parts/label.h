// SPDX-License-Identifier: GPL-3.0-or-later
// Text in one of the window's voices and colours, which follows the theme and the text size; wraps where it must.
//
// Use: new Label(tr("rows"), Type::Help, Ink::Text2, this). ElidedLabel is for file names alone: all else wraps.
#pragma once

#include "ui/look/fonts.h"
#include "ui/look/theme.h"

#include <QLabel>

namespace fettle::ui
{

class Label : public QLabel
{
    Q_OBJECT

public:
    explicit Label(const QString& text = {}, Type type = Type::Body, Ink ink = Ink::Text, QWidget* parent = nullptr);
    explicit Label(QWidget* parent) : Label({}, Type::Body, Ink::Text, parent) {}

    void setInk(Ink ink);
    void setType(Type type);
    /// Word wrap, and a size that asks for height for its width. Returns itself, for chaining.
    Label* wrapped();
    QSize minimumSizeHint() const override;
    /// Text that can be selected and copied.
    Label* selectable();

protected:
    void changeEvent(QEvent* event) override;
    /// Renews what is made of colours and text size.
    virtual void restyle();

private:
    Type m_type;
    Ink m_ink;
};

/// One line, cut with "…" in the middle; the whole text is the tooltip and the accessible name.
class ElidedLabel : public Label
{
    Q_OBJECT

public:
    explicit ElidedLabel(const QString& text = {}, Type type = Type::Body, Ink ink = Ink::Text,
                         QWidget* parent = nullptr);

    void setText(const QString& text);
    QString fullText() const { return m_full; }
    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void elide();

    QString m_full;
};

/// A small picture of resources/icons beside a text.
class IconLabel : public QWidget
{
    Q_OBJECT

public:
    explicit IconLabel(const QString& icon, Ink ink = Ink::Accent, int size = 16, QWidget* parent = nullptr);
    void setIcon(const QString& icon, Ink ink);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_icon;
    Ink m_ink;
    int m_size;
};

/// A hairline, horizontal or vertical.
class Line : public QFrame
{
    Q_OBJECT

public:
    explicit Line(Qt::Orientation orientation = Qt::Horizontal, QWidget* parent = nullptr);
};

} // namespace fettle::ui
