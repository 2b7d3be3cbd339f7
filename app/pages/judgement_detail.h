// SPDX-License-Identifier: GPL-3.0-or-later
// One judged pair: what the judge saw, the prompt, and what it wrote in both orders.
#pragma once

#include "app/models/judgement_model.h"

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QPlainTextEdit;

namespace msrl::services {
class EnginePictures;
}

namespace msrl::pages {

class MediaStrip;

class JudgementDetail : public QWidget
{
    Q_OBJECT

public:
    explicit JudgementDetail(QWidget* parent = nullptr);

    // For media that the studio does not read itself.
    void usePictures(services::EnginePictures* pictures);
    void show(const models::JudgedPair& pair);
    void clear(const QString& why); // the sentence stands in its place
    // Of the pair that is shown, as MediaViewer takes it.
    const base::Json& media() const;
    void togglePlay();

Q_SIGNALS:
    void mediaRequested(int medium, int frame); // both from 0

private:
    void drop();

    QLabel* m_title = nullptr;
    QLabel* m_gold = nullptr;
    MediaStrip* m_pictures = nullptr;
    QLabel* m_promptTitle = nullptr;
    QPlainTextEdit* m_prompt = nullptr;
    QHBoxLayout* m_cards = nullptr;
};

} // namespace msrl::pages
