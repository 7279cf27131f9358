// SPDX-License-Identifier: GPL-3.0-or-later
// Which losses the y axis shows: all lines, the bulk of the single steps, and no trembling while points come in.
#pragma once

#include "ui/charts/run_curves.h"

namespace fettle::ui
{

class LossRange
{
public:
    bool isValid() const { return m_high > m_low; }
    double low() const { return m_low; }
    double high() const { return m_high; }
    /// Widens where the curves need it; narrows only where they need less than three quarters of it. Single steps count
    /// by their middle 99 %, so that one leap does not flatten the rest.
    void fit(const RunCurves& curves, bool logarithmic);
    /// The same of a stretch of an axis, as close as its curves allow.
    void fitTo(const RunCurves& curves, bool logarithmic, CurveAxis axis, double from, double to);

private:
    double m_low = 0, m_high = 0;
};

} // namespace fettle::ui
