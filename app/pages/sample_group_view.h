// SPDX-License-Identifier: GPL-3.0-or-later
// One group of a training step: the prompt with what the model was shown, and its completions, all in columns
// or two of them compared, with their tokens plain or coloured.
#pragma once

#include "app/models/completion_path.h"
#include "app/models/sample_group_model.h"
#include "core/base/json.h"

#include <QWidget>

#include <vector>

class QHBoxLayout;
class QPlainTextEdit;
class QScrollArea;
class QStackedLayout;

namespace msrl::services {
class EnginePictures;
}

namespace msrl::pages {

class CompletionCard;
class MediaStrip;
class SampleModes;

class SampleGroupView : public QWidget
{
    Q_OBJECT

public:
    explicit SampleGroupView(QWidget* parent = nullptr);

    // For media that the studio does not read itself.
    void usePictures(services::EnginePictures* pictures);
    void setGroup(const models::SampleGroup& group);
    void clear();

    // Of the group that is shown, as MediaViewer takes it.
    const base::Json& media() const;
    void togglePlay();

    // Chosen a second time the colours go.
    void toggleHeat(models::TokenHeat heat);
    models::TokenHeat heat() const { return m_heat; }
    // Two completions beside each other, where the group has two.
    void setSideBySide(bool on);
    bool isSideBySide() const { return m_sideBySide; }
    void swapSides();
    // Puts another completion on the right.
    void stepRight(int by);
    int left() const { return m_left; }
    int right() const { return m_right; }

Q_SIGNALS:
    void mediaRequested(int medium, int frame); // both from 0

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeMedia();
    QWidget* makeCompletions();
    void showMedia(const store::SampleRow& sample);
    void fitMedia();
    void showCards();
    void setHeat(models::TokenHeat heat);
    void showHeat();
    void rebuild();
    void showComparison();
    void chooseRight(int index);

    models::SampleGroup m_group;
    QPlainTextEdit* m_prompt = nullptr;
    MediaStrip* m_media = nullptr;
    QScrollArea* m_mediaArea = nullptr;
    SampleModes* m_modes = nullptr;
    QHBoxLayout* m_columns = nullptr;
    std::vector<CompletionCard*> m_cards; // of m_group.completions
    models::TokenHeat m_heat = models::TokenHeat::None;
    QStackedLayout* m_ways = nullptr; // columns, comparison
    QScrollArea* m_comparison = nullptr;
    bool m_sideBySide = false;
    int m_left = -1; // of m_group.completions
    int m_right = -1; // -1: there are no two
};

} // namespace msrl::pages
