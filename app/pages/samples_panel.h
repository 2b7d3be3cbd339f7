// SPDX-License-Identifier: GPL-3.0-or-later
// What the policy wrote in a step: prompts with how their completions fared on the left, one of them with its
// media and completions on the right.
#pragma once

#include "app/models/sample_group_model.h"
#include "app/services/run_session.h"

#include <QPointer>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QListView;
class QSlider;
class QStackedLayout;

namespace msrl::services {
class EnginePictures;
}

namespace msrl::widgets {
class MessageBar;
}

namespace msrl::pages {

class ActionRegistry;
class SampleGroupView;

class SamplesPanel : public QWidget
{
    Q_OBJECT

public:
    explicit SamplesPanel(QWidget* parent = nullptr);

    void setSession(services::RunSession* session);
    // For media that the studio does not read itself.
    void usePictures(services::EnginePictures* pictures);
    void registerActions(ActionRegistry& actions);
    void focusList();
    const models::SampleGroupModel& model() const { return m_model; }

Q_SIGNALS:
    // The media of the prompt that is shown are to be enlarged; places from 0.
    void mediaRequested(const base::Json& media, int medium, int frame);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void readSteps();
    void readSamples();
    void showGroup(int row);
    void showCounts();
    QWidget* makeBar();
    QWidget* makeFilter(QWidget* parent);

    QPointer<services::RunSession> m_session;
    models::SampleGroupModel m_model;
    bool m_stale = false;
    QComboBox* m_step = nullptr;
    QSlider* m_slider = nullptr; // the steps from the oldest to the newest
    QComboBox* m_order = nullptr;
    QComboBox* m_show = nullptr;
    QLineEdit* m_search = nullptr;
    QCheckBox* m_follow = nullptr;
    QLabel* m_summary = nullptr;
    QListView* m_list = nullptr;
    SampleGroupView* m_group = nullptr;
    QStackedLayout* m_stack = nullptr;
    widgets::MessageBar* m_message = nullptr;
};

} // namespace msrl::pages
