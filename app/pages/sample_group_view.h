// SPDX-License-Identifier: GPL-3.0-or-later
// One group of a training step: the prompt with what the model was shown, and the completions side by side.
#pragma once

#include "app/models/sample_group_model.h"
#include "core/base/json.h"

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QPlainTextEdit;
class QScrollArea;

namespace msrl::pages {

class MediaStrip;

class SampleGroupView : public QWidget
{
    Q_OBJECT

public:
    explicit SampleGroupView(QWidget* parent = nullptr);

    void setGroup(const models::SampleGroup& group);
    void clear();

    // Of the group that is shown, as MediaViewer takes it.
    const base::Json& media() const;
    void togglePlay();

Q_SIGNALS:
    void mediaRequested(int medium, int frame); // both from 0

private:
    QWidget* makeMedia();
    void showMedia(const store::SampleRow& sample);
    void showCards();

    models::SampleGroup m_group;
    QPlainTextEdit* m_prompt = nullptr;
    MediaStrip* m_media = nullptr;
    QLabel* m_unseen = nullptr; // how many of the media have no picture
    QScrollArea* m_mediaArea = nullptr;
    QHBoxLayout* m_columns = nullptr;
};

} // namespace msrl::pages
