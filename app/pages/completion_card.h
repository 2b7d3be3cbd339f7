// SPDX-License-Identifier: GPL-3.0-or-later
// One completion with its answer, and of a training step its reward parts as small bars and its advantage.
#pragma once

#include "core/store/rows.h"

#include <QFrame>

namespace msrl::pages {

class CompletionCard : public QFrame
{
    Q_OBJECT

public:
    explicit CompletionCard(const store::SampleRow& sample, QWidget* parent = nullptr);
    // A judgement of an evaluation: a title in place of the rewards, and as wide as there is room.
    CompletionCard(const store::SampleRow& judgement, const QString& title, QWidget* parent);

private:
    void addText(const store::SampleRow& sample);
};

} // namespace msrl::pages
