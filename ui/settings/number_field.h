// SPDX-License-Identifier: GPL-3.0-or-later
// A number with its unit and what it means in words: typed freely (5e-4), or moved by round steps.
#pragma once

#include "ui/settings/setting_info.h"

#include <QAbstractSpinBox>
#include <QTimer>

namespace fettle::ui
{

class Label;

class NumberField : public QAbstractSpinBox
{
    Q_OBJECT

public:
    explicit NumberField(const SettingInfo& setting, QWidget* parent = nullptr);

    const SettingInfo& setting() const { return m_setting; }
    /// As the argument's text; "none" where an optional number is not set.
    QString value() const;
    void setUnit(const QString& unit);
    /// Sends nothing. Does not touch a text that is being typed and means the same.
    void setValue(const QString& text);

    void stepBy(int steps) override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void edited(const QString& text);    ///< while typing
    void committed(const QString& text); ///< Enter, the focus went on, or steps have come to rest

protected:
    StepEnabled stepEnabled() const override;
    QValidator::State validate(QString& input, int& position) const override;
    void wheelEvent(QWheelEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void restyle();
    void placeWords();
    void commit();

    SettingInfo m_setting;
    Label* m_words;
    QString m_committed;
    QTimer m_rest;
};

} // namespace fettle::ui
