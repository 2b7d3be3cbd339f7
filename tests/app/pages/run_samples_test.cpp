// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_samples_test.h"

#include "app/pages/media_view.h"
#include "app/pages/media_viewer.h"
#include "app/pages/sample_group_view.h"
#include "tests/support/sample_run.h"

#include <QLabel>
#include <QTest>

#include <utility>

using namespace msrl;

void TestRunSamples::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<services::Settings>(m_folder->filePath(QStringLiteral("settings.json")));
    m_runs = std::make_unique<services::RunRegistry>(
        m_folder->path(), m_folder->filePath(QStringLiteral("runs.json")));
}

void TestRunSamples::cleanup()
{
    m_page.reset();
    m_actions.reset();
    m_session.reset();
    m_runs.reset();
    m_settings.reset();
    m_folder.reset();
}

void TestRunSamples::open()
{
    tests::SampleRunOptions options;
    options.withPixels = true;
    const QString run = m_folder->filePath(QStringLiteral("run"));
    QVERIFY(tests::writeSampleRun(run.toStdString(), options).ok());
    m_actions = std::make_unique<pages::ActionRegistry>();
    m_page = std::make_unique<pages::RunPage>(pages::PageContext { *m_settings, *m_runs });
    m_page->registerActions(*m_actions);
    m_session = std::make_unique<services::RunSession>(run);
    m_page->setSession(m_session.get());
    m_session->start();
    m_page->resize(1300, 800);
    m_page->show();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    m_panel = m_page->findChild<pages::SamplesPanel*>();
    m_list = m_page->findChild<QListView*>(QStringLiteral("samplePrompts"));
    QTRY_VERIFY(m_panel->model().rowCount() > 0);
    QCOMPARE(m_panel->model().group(0)->stage, std::string("rl3"));
    m_list->setFocus();
}

void TestRunSamples::choose(int row) const
{
    m_list->setCurrentIndex(m_panel->model().index(row));
}

// Two videos to choose from, an image, and a replayed prompt of text, which shows nothing.
void TestRunSamples::thePromptsMediaStandBesideIt()
{
    open();
    const auto items = [this] { return m_panel->findChildren<pages::MediaItem*>(); };
    for (const auto& [row, count] : { std::pair(5, 0), { 0, 2 }, { 1, 1 } }) {
        choose(row);
        QCOMPARE(static_cast<int>(items().size()), count);
    }
    QVERIFY(!items().first()->isVideo());
    QVERIFY(items().first()->isVisibleTo(m_page.get()));
    auto* viewer = m_page->findChild<pages::MediaViewer*>();
    QTest::keyClick(m_list, Qt::Key_V);
    QVERIFY(viewer->isVisible());
    QTest::keyClick(viewer, Qt::Key_Escape);
    QVERIFY(!viewer->isVisible());
    QVERIFY(m_list->hasFocus());
    choose(0);
    QTest::keyClick(m_list, Qt::Key_P);
    QVERIFY(items().first()->isPlaying());
}

void TestRunSamples::mediaWithoutAPictureAreCounted()
{
    models::SampleGroup group;
    group.completions.resize(1);
    group.completions[0].media = base::Json::array({ "/data/clip.mp4" });
    pages::SampleGroupView view;
    view.setGroup(group);
    const auto* unseen = view.findChild<QLabel*>(QStringLiteral("unseenMedia"));
    QVERIFY(unseen->isVisibleTo(&view));
    QCOMPARE(unseen->text(), QStringLiteral("1 of 1 media have no picture here."));
    group.completions[0].media = base::Json::array();
    view.setGroup(group);
    QVERIFY(!unseen->isVisibleTo(&view));
    view.clear();
    QVERIFY(view.media().empty());
}
