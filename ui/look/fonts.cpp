// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/look/fonts.h"

#include "ui/look/theme.h"

#include <QFontDatabase>
#include <QStringList>

namespace fettle::ui
{
namespace
{
struct Families {
    QStringList sans, mono, serif;
};

QStringList present(const QStringList& wanted, const QString& last)
{
    const QStringList installed = QFontDatabase::families();
    QStringList found;
    for (const QString& family : wanted)
        if (installed.contains(family))
            found << family;
    if (!last.isEmpty() && !found.contains(last))
        found << last;
    return found;
}

const Families& families()
{
    static const Families all{
        present({QStringLiteral("IBM Plex Sans"), QStringLiteral("Noto Sans"), QStringLiteral("Noto Sans CJK SC")},
                QFontDatabase::systemFont(QFontDatabase::GeneralFont).family()),
        present({QStringLiteral("IBM Plex Mono"), QStringLiteral("Noto Sans Mono"),
                 QStringLiteral("Noto Sans Mono CJK SC")},
                QFontDatabase::systemFont(QFontDatabase::FixedFont).family()),
        present({QStringLiteral("Charis SIL"), QStringLiteral("Noto Serif"), QStringLiteral("DejaVu Serif"),
                 QStringLiteral("Noto Serif CJK SC")},
                QStringLiteral("serif")),
    };
    return all;
}

QFont make(const QStringList& names, double size, QFont::Weight weight)
{
    QFont result(names);
    result.setPixelSize(px(size));
    result.setWeight(weight);
    return result;
}
} // namespace

QFont font(Type type)
{
    const Families& f = families();
    switch (type) {
    case Type::Title:
        return make(f.sans, 22, QFont::DemiBold);
    case Type::CardTitle:
        return make(f.sans, 14, QFont::DemiBold);
    case Type::Body:
        return make(f.sans, 13, QFont::Normal);
    case Type::BodyStrong:
        return make(f.sans, 13, QFont::DemiBold);
    case Type::Button:
        return make(f.sans, 13, QFont::Medium);
    case Type::Primary:
        return make(f.sans, 14, QFont::DemiBold);
    case Type::Help:
        return make(f.sans, 12, QFont::Normal);
    case Type::HelpStrong:
        return make(f.sans, 12, QFont::Medium);
    case Type::Mono:
        return make(f.mono, 12, QFont::Normal);
    case Type::MonoBig:
        return make(f.mono, 14, QFont::Medium);
    case Type::Figure:
        return make(f.mono, 19, QFont::Medium);
    case Type::Hero:
        return make(f.sans, 28, QFont::DemiBold);
    case Type::Serif:
        return make(f.serif, 16, QFont::Normal);
    case Type::SerifSmall:
        return make(f.serif, 15, QFont::Normal);
    }
    return make(f.sans, 13, QFont::Normal);
}

int serifLineHeight(Type type)
{
    return px(type == Type::Serif ? 25 : 23);
}

} // namespace fettle::ui
