// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/look/theme.h"

#include <algorithm>
#include <cmath>

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QGuiApplication>
#include <QPalette>

namespace fettle::ui
{
namespace
{
const QString portalService = QStringLiteral("org.freedesktop.portal.Desktop");
const QString portalPath = QStringLiteral("/org/freedesktop/portal/desktop");
const QString portalSettings = QStringLiteral("org.freedesktop.portal.Settings");
const QString appearance = QStringLiteral("org.freedesktop.appearance");
const QString colorScheme = QStringLiteral("color-scheme");

/// The portal's first version wraps the value twice.
QVariant unwrapped(QVariant value)
{
    while (value.canConvert<QDBusVariant>())
        value = value.value<QDBusVariant>().variant();
    return value;
}
} // namespace

Theme& Theme::instance()
{
    static Theme theme;
    return theme;
}

Theme::Theme() = default;

const Palette& Theme::palette() const
{
    return m_dark ? darkPalette() : lightPalette();
}

QColor Theme::ink(Ink ink) const
{
    const Palette& p = palette();
    switch (ink) {
    case Ink::Text:
        return p.text;
    case Ink::Text2:
        return p.text2;
    case Ink::Accent:
        return p.accent;
    case Ink::OnAccent:
        return p.onAccent;
    case Ink::Warning:
        return p.warning;
    case Ink::Error:
        return p.error;
    case Ink::Border:
        return p.border;
    case Ink::Training:
        return p.training;
    case Ink::Validation:
        return p.validation;
    }
    return p.text;
}

void Theme::setChoice(ThemeChoice choice)
{
    m_choice = choice;
    update();
}

void Theme::setTextScale(double scale)
{
    scale = std::clamp(scale, 1.0, 2.0);
    if (scale == m_scale)
        return;
    m_scale = scale;
    Q_EMIT changed();
}

void Theme::setReducedMotion(bool reduced)
{
    if (reduced == m_reducedMotion)
        return;
    m_reducedMotion = reduced;
    Q_EMIT changed();
}

void Theme::followSystem()
{
    m_systemDark = QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
    update();
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    bus.connect(portalService, portalPath, portalSettings, QStringLiteral("SettingChanged"), this,
                SLOT(onPortalChanged(QString, QString, QDBusVariant)));
    QDBusMessage read =
        QDBusMessage::createMethodCall(portalService, portalPath, portalSettings, QStringLiteral("Read"));
    read << appearance << colorScheme;
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(read, 2000), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        const QDBusPendingReply<QVariant> reply = *watcher;
        if (reply.isValid())
            onPortalValue(unwrapped(reply.value()).toUInt());
        watcher->deleteLater();
    });
}

void Theme::onPortalChanged(const QString& group, const QString& key, const QDBusVariant& value)
{
    if (group == appearance && key == colorScheme)
        onPortalValue(unwrapped(value.variant()).toUInt());
}

void Theme::onPortalValue(uint scheme)
{
    if (scheme != 1 && scheme != 2) // 0: no preference
        return;
    m_systemDark = scheme == 1;
    update();
}

void Theme::update()
{
    const bool dark = m_choice == ThemeChoice::Dark || (m_choice == ThemeChoice::System && m_systemDark);
    if (dark == m_dark)
        return;
    m_dark = dark;
    Q_EMIT changed();
}

int px(double length)
{
    return static_cast<int>(std::lround(length * Theme::instance().textScale()));
}

} // namespace fettle::ui
