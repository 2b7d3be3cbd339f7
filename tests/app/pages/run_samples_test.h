// SPDX-License-Identifier: GPL-3.0-or-later
// One group of a training step on the Run page: its media, its tokens, two completions beside each other. A
// part of tst_run_page.
#pragma once

#include "app/pages/action_registry.h"
#include "app/pages/run_page.h"
#include "app/pages/samples_panel.h"
#include "app/services/run_registry.h"
#include "app/services/settings.h"

#include <QListView>
#include <QObject>
#include <QTemporaryDir>

#include <memory>

class TestRunSamples : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void thePromptsMediaStandBesideIt();
    void mediaWithoutAPictureSayWhy();
    void aVideoFileIsShownByItsFrames();
    void tokensAreColouredByWhatTheyWereWorth();
    void tokensWithoutValuesSaySo();
    void twoCompletionsAreCompared();
    void oneCompletionIsComparedWithNothing();

private:
    // A run whose last stage trains from pixels, with the focus in the list of its prompts.
    void open();
    void choose(int row) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<msrl::services::Settings> m_settings;
    std::unique_ptr<msrl::services::RunRegistry> m_runs;
    std::unique_ptr<msrl::services::RunSession> m_session;
    std::unique_ptr<msrl::pages::ActionRegistry> m_actions;
    std::unique_ptr<msrl::pages::RunPage> m_page;
    msrl::pages::SamplesPanel* m_panel = nullptr;
    QListView* m_list = nullptr;
};
