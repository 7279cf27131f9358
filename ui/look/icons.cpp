// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/look/icons.h"

#include <QFile>
#include <QHash>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

namespace fettle::ui
{
namespace
{
/// Text of the SVG, read once; QtSvg does not know currentColor, so the colour is written into it.
const QByteArray& svgText(const QString& name)
{
    static QHash<QString, QByteArray> texts;
    auto found = texts.find(name);
    if (found == texts.end()) {
        QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
        found = texts.insert(name, file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray());
    }
    return *found;
}

void render(QPainter& painter, const QRectF& rect, const QString& name, const QColor& color)
{
    QByteArray text = svgText(name);
    if (text.isEmpty())
        return;
    text.replace("currentColor", color.name().toLatin1());
    QSvgRenderer renderer(text);
    renderer.render(&painter, rect);
}

class TintedIcon : public QIconEngine
{
public:
    TintedIcon(QString name, Ink ink) : m_name(std::move(name)), m_ink(ink) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override
    {
        paintIcon(*painter, rect, m_name, color(mode));
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        return scaledPixmap(size, mode, state, 1.0);
    }
    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State, qreal scale) override
    {
        // `size` comes in device pixels.
        const int side = std::min(size.width(), size.height());
        return iconPixmap(m_name, color(mode), qRound(side / scale), scale);
    }
    QIconEngine* clone() const override { return new TintedIcon(*this); }
    bool isNull() override { return svgText(m_name).isEmpty(); }

private:
    QColor color(QIcon::Mode mode) const
    {
        return mode == QIcon::Disabled ? colors().border : Theme::instance().ink(m_ink);
    }

    QString m_name;
    Ink m_ink;
};
} // namespace

QIcon icon(const QString& name, Ink ink)
{
    return QIcon(new TintedIcon(name, ink));
}

QPixmap iconPixmap(const QString& name, const QColor& color, int size, double devicePixelRatio)
{
    const QString key = QStringLiteral("fettle/%1/%2/%3/%4").arg(name, color.name()).arg(size).arg(devicePixelRatio);
    QPixmap result;
    if (QPixmapCache::find(key, &result))
        return result;
    result = QPixmap(QSize(size, size) * devicePixelRatio);
    result.setDevicePixelRatio(devicePixelRatio);
    result.fill(Qt::transparent);
    QPainter painter(&result);
    render(painter, QRectF(0, 0, size, size), name, color);
    painter.end();
    QPixmapCache::insert(key, result);
    return result;
}

void paintIcon(QPainter& painter, const QRectF& rect, const QString& name, const QColor& color)
{
    const double side = std::min(rect.width(), rect.height());
    const QRectF square(rect.center().x() - side / 2, rect.center().y() - side / 2, side, side);
    render(painter, square, name, color);
}

} // namespace fettle::ui
