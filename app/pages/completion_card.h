// SPDX-License-Identifier: GPL-3.0-or-later
// One completion with its answer, and of a training step its reward parts as small bars and its advantage.
// Its tokens may be coloured by what they were worth.
#pragma once

#include "app/models/completion_path.h"
#include "core/store/rows.h"

#include <QFrame>

#include <optional>

class QLabel;
class QPlainTextEdit;

namespace msrl::pages {

class CompletionCard : public QFrame
{
    Q_OBJECT

public:
    explicit CompletionCard(const store::SampleRow& sample, QWidget* parent = nullptr);
    // A judgement of an evaluation: a title in place of the rewards, and as wide as there is room.
    CompletionCard(const store::SampleRow& judgement, const QString& title, QWidget* parent);

    // `sample`: the one that the card was made of. Plain where the values were not kept.
    void setHeat(const store::SampleRow& sample, models::TokenHeat heat);

protected:
    void changeEvent(QEvent* event) override;

private:
    void addText(const store::SampleRow& sample);
    void colour();

    QPlainTextEdit* m_text = nullptr;
    QLabel* m_foot = nullptr;
    QString m_footText;
    std::optional<store::CandidatePath> m_heated; // while the tokens are coloured
};

} // namespace msrl::pages
