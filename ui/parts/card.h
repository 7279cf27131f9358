// SPDX-License-Identifier: GPL-3.0-or-later
// The surface everything stands on: a card with an optional header (title, subtitle, things at the right) and a body.
//
// Use: auto* card = new Card(tr("Forecast"), {}, this); card->right()->addWidget(badge); card->body()->addWidget(…).
//      card->setBodyMargins(0, 0, 0, 0) for tables that reach the edges.
#pragma once

#include <QFrame>

class QHBoxLayout;
class QVBoxLayout;

namespace fettle::ui
{

class Label;

class Card : public QFrame
{
    Q_OBJECT

public:
    enum class Ground { Plain, Warning, Error };

    /// No header is shown while title, subtitle and right slot are all empty.
    explicit Card(const QString& title = {}, const QString& subtitle = {}, QWidget* parent = nullptr);

    void setTitle(const QString& title);
    void setSubtitle(const QString& subtitle); ///< in text 2, beside the title
    void setGround(Ground ground);
    QHBoxLayout* right(); ///< of the header, right-aligned; using it shows the header
    QVBoxLayout* body() const { return m_body; }
    void setBodyMargins(int left, int top, int right, int bottom);
    Label* titleLabel() const { return m_title; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void updateHeader();

    QWidget* m_header;
    Label* m_title;
    Label* m_subtitle;
    QHBoxLayout* m_right;
    QVBoxLayout* m_body;
    Ground m_ground = Ground::Plain;
    bool m_rightUsed = false;
};

} // namespace fettle::ui
