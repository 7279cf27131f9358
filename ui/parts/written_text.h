// SPDX-License-Identifier: GPL-3.0-or-later
// A prompt in the program's voice and what a model wrote after it in a book serif; new or chosen words are tinted and
// underlined. Can be selected, copied, clicked and read aloud.
#pragma once

#include "ui/look/fonts.h"

#include <QTextEdit>
#include <vector>

namespace fettle::ui
{

/// Offset and length within the written text (not the prompt), in UTF-16 units.
struct WrittenSpan {
    int start = 0;
    int length = 0;
};

class WrittenText : public QTextEdit
{
    Q_OBJECT

public:
    explicit WrittenText(Type type = Type::Serif, QWidget* parent = nullptr);

    /// Grows with its text and never scrolls (default), or fills its place and scrolls.
    void setGrowing(bool growing);
    void setQuiet(bool quiet); ///< in text 2
    void setWritten(const QString& prompt, const QString& text);
    void append(const QString& piece);
    QString written() const { return m_written; }
    void setMarked(std::vector<WrittenSpan> spans);
    void setCaret(bool shown); ///< a block at the end: it is being written
    void setClickable(bool clickable);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return m_growing; }
    int heightForWidth(int width) const override;

Q_SIGNALS:
    void clickedAt(int offset); ///< of the character in the written text

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    void rebuild();
    void paintSpan(QPainter& painter, const WrittenSpan& span) const;
    QRectF rectAt(int position) const; ///< of a character, in the viewport
    int offsetAt(const QPoint& viewportPoint) const;

    Type m_type;
    bool m_growing = true, m_quiet = false, m_caret = false, m_clickable = false;
    QString m_prompt, m_written;
    std::vector<WrittenSpan> m_marked;
    QPoint m_pressed;
};

} // namespace fettle::ui
