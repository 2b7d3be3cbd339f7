// SPDX-License-Identifier: GPL-3.0-or-later
// One completion with its answer, its reward parts as small bars, and its advantage.
#pragma once

#include "core/store/rows.h"

#include <QFrame>

namespace msrl::pages {

class CompletionCard : public QFrame
{
    Q_OBJECT

public:
    explicit CompletionCard(const store::SampleRow& sample, QWidget* parent = nullptr);
};

} // namespace msrl::pages
