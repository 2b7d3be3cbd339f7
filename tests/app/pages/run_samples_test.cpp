// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_samples_test.h"

#include "app/pages/completion_card.h"
#include "app/pages/media_view.h"
#include "app/pages/media_viewer.h"
#include "app/pages/path_comparison.h"
#include "app/pages/sample_group_view.h"
#include "app/services/engine_pictures.h"
#include "tests/support/pictures_double.h"
#include "tests/support/sample_run.h"

#include <QComboBox>
#include <QImage>
#include <QLabel>
#include <QPlainTextEdit>
#include <QTest>
#include <QToolButton>

#include <algorithm>
#include <utility>

using namespace msrl;

namespace {

// The ground of a letter; not valid where the text is plain.
QColor groundAt(const QPlainTextEdit& text, int letter)
{
    for (const QTextEdit::ExtraSelection& mark : text.extraSelections()) {
        if (mark.cursor.selectionStart() <= letter && letter < mark.cursor.selectionEnd())
            return mark.format.background().color();
    }
    return {};
}

} // namespace

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
    QTRY_VERIFY(items().first()->isVisibleTo(m_page.get())); // a layout shows what it is given a little later
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

// Where the picture would be.
void TestRunSamples::mediaWithoutAPictureSayWhy()
{
    models::SampleGroup group;
    group.completions.resize(1);
    group.completions[0].media
        = base::Json::array({ "/data/clip.mp4", "image in the row", "/nowhere/cat.png" });
    pages::SampleGroupView view;
    view.setGroup(group);
    const auto items = [&view] { return view.findChildren<pages::MediaItem*>(); };
    QCOMPARE(items().size(), 3);
    QVERIFY2(items()[0]->notice().contains(QStringLiteral("no engine")), qPrintable(items()[0]->notice()));
    QVERIFY2(items()[1]->notice().contains(QStringLiteral("no copy")), qPrintable(items()[1]->notice()));
    QTRY_VERIFY(!items()[2]->isReading());
    QVERIFY2(items()[2]->notice().contains(QStringLiteral("/nowhere/cat.png (file missing)")),
        qPrintable(items()[2]->notice()));
    QCOMPARE(items()[1]->toolTip(), items()[1]->notice());
    group.completions[0].media = base::Json::array();
    view.setGroup(group);
    QVERIFY(items().isEmpty());
    view.clear();
    QVERIFY(view.media().empty());
}

// Its frames come from the engine, and then it plays; a damaged one says so.
void TestRunSamples::aVideoFileIsShownByItsFrames()
{
    const tests::PicturesDouble engine(m_folder->path());
    services::EnginePictures pictures([&engine] { return engine.program(); });
    const auto video = [&engine](const char* name) {
        return base::Json { { "video", engine.path(name).toStdString() }, { "frames", 2 },
            { "frame_rule", "original" } };
    };
    models::SampleGroup group;
    group.completions.resize(1);
    group.completions[0].media = base::Json::array({ video("clip.mp4"), video("bad.mp4") });
    pages::SampleGroupView view;
    view.usePictures(&pictures);
    view.setGroup(group);
    const auto items = [&view] { return view.findChildren<pages::MediaItem*>(); };
    QCOMPARE(items().size(), 2);
    QCOMPARE(items()[0]->notice(), QStringLiteral("Reading…"));
    QTRY_VERIFY(items()[0]->isVideo() && !items()[0]->isReading());
    QVERIFY(items()[0]->notice().isEmpty());
    QVERIFY2(items()[1]->notice().contains(QStringLiteral("damaged")), qPrintable(items()[1]->notice()));
    view.togglePlay();
    QVERIFY(items()[0]->isPlaying());
    view.setGroup(group); // read again as more of the step arrives
    QVERIFY(items()[0]->isPlaying());
    QCOMPARE(engine.asked().size(), 1);
    // At full size, with what is told of the other one in its place.
    QWidget window;
    window.resize(600, 400);
    pages::MediaViewer viewer(&window);
    viewer.open(view.media(), 0, 1);
    const QImage second = viewer.grab().toImage();
    QCOMPARE(second.pixelColor(second.width() / 2, second.height() / 2), QColor(Qt::blue));
    QTest::keyClick(&viewer, Qt::Key_Right);
    QCOMPARE(viewer.medium(), 1);
    QCOMPARE(viewer.frame(), 0);
}

void TestRunSamples::tokensAreColouredByWhatTheyWereWorth()
{
    open();
    choose(0);
    const store::SampleRow row = m_panel->model().group(0)->completions[0];
    const auto* text = m_panel->findChildren<pages::CompletionCard*>().first()->findChild<QPlainTextEdit*>();
    const auto* legend = m_panel->findChild<QLabel*>(QStringLiteral("heatLegend"));
    QVERIFY(text->extraSelections().isEmpty());
    QVERIFY(!legend->isVisibleTo(m_panel));
    QTest::keyClick(m_list, Qt::Key_H);
    QCOMPARE(legend->text(), QStringLiteral("red: improbable"));
    QVERIFY(legend->isVisibleTo(m_panel));
    // The third token, after a line feed: a word with the space before it.
    const auto begin = static_cast<int>(row.tokenBytes[0] + row.tokenBytes[1]);
    const QString word
        = QString::fromStdString(row.completion).mid(begin, static_cast<int>(row.tokenBytes[2]));
    const auto marks = text->extraSelections();
    QVERIFY(std::any_of(marks.begin(), marks.end(), [&](const QTextEdit::ExtraSelection& mark) {
        return mark.cursor.selectionStart() == begin && mark.cursor.selectedText() == word;
    }));
    const QColor doubtful = groundAt(*text, 0);
    QVERIFY(doubtful.isValid());
    QVERIFY(doubtful != groundAt(*text, begin));
    QTest::keyClick(m_list, Qt::Key_E);
    QCOMPARE(legend->text(), QStringLiteral("red: undecided"));
    QVERIFY(groundAt(*text, 0) != doubtful); // half as red
    QTest::keyClick(m_list, Qt::Key_E);
    QVERIFY(text->extraSelections().isEmpty());
    // By mouse, and the next prompt is coloured too.
    auto* button = m_panel->findChild<QToolButton*>(QStringLiteral("logprobButton"));
    button->click();
    choose(1);
    text = m_panel->findChildren<pages::CompletionCard*>().first()->findChild<QPlainTextEdit*>();
    QVERIFY(groundAt(*text, 0).isValid());
    button->click();
    QVERIFY(text->extraSelections().isEmpty());
}

void TestRunSamples::tokensWithoutValuesSaySo()
{
    models::SampleGroup group;
    group.completions.resize(2);
    group.completions[0].completion = "plain";
    pages::SampleGroupView view;
    view.setGroup(group);
    view.toggleHeat(models::TokenHeat::Logprob);
    const auto* legend = view.findChild<QLabel*>(QStringLiteral("heatLegend"));
    QVERIFY(legend->isVisibleTo(&view));
    QCOMPARE(legend->text(), QStringLiteral("no token values were kept here"));
    for (const auto* card : view.findChildren<pages::CompletionCard*>())
        QVERIFY(card->findChild<QPlainTextEdit*>()->extraSelections().isEmpty());
}

void TestRunSamples::twoCompletionsAreCompared()
{
    open();
    // A prompt whose completions differ.
    int row = 0;
    while (m_panel->model().group(row)->rewardSpread() == 0)
        ++row;
    choose(row);
    const auto completions = m_panel->model().group(row)->completions;
    const auto* view = m_panel->findChild<pages::SampleGroupView*>();
    const auto comparison = [this] { return m_panel->findChild<pages::PathComparison*>(); };
    QVERIFY(!comparison());
    QTest::keyClick(m_list, Qt::Key_D);
    QVERIFY(comparison() && comparison()->isVisibleTo(m_page.get()));
    const int left = view->left();
    const int right = view->right();
    for (const store::SampleRow& one : completions) {
        QVERIFY(completions[static_cast<std::size_t>(left)].reward >= one.reward);
        QVERIFY(completions[static_cast<std::size_t>(right)].reward <= one.reward);
    }
    QCOMPARE(comparison()->findChild<QComboBox*>(QStringLiteral("leftPath"))->currentText(),
        QStringLiteral("Completion %1 · %2")
            .arg(left + 1)
            .arg(QString::fromStdString(completions[static_cast<std::size_t>(left)].answer)));
    QVERIFY(comparison()
                ->findChild<QLabel*>(QStringLiteral("leftRemark"))
                ->text()
                .startsWith(QStringLiteral("reward %1")
                                .arg(completions[static_cast<std::size_t>(left)].reward, 0, 'f', 2)));
    QTest::keyClick(m_list, Qt::Key_X);
    QCOMPARE(view->left(), right);
    QCOMPARE(view->right(), left);
    QTest::keyClick(m_list, Qt::Key_S);
    QVERIFY(view->right() != left && view->right() != view->left());
    QTest::keyClick(m_list, Qt::Key_W);
    QCOMPARE(view->right(), left);
    // The one of the other side: they change places.
    auto* box = comparison()->findChild<QComboBox*>(QStringLiteral("leftPath"));
    Q_EMIT box->activated(left);
    QTRY_COMPARE(view->left(), left);
    QCOMPARE(view->right(), right);
    // Read again, as when the next rows arrive.
    m_page->findChild<pages::SampleGroupView*>()->setGroup(*m_panel->model().group(row));
    QCOMPARE(view->left(), left);
    QVERIFY(comparison()->isVisibleTo(m_page.get()));
    QTest::keyClick(m_list, Qt::Key_D);
    QVERIFY(!comparison()->isVisibleTo(m_page.get()));
}

void TestRunSamples::oneCompletionIsComparedWithNothing()
{
    models::SampleGroup group;
    group.completions.resize(1);
    pages::SampleGroupView view;
    view.setGroup(group);
    view.setSideBySide(true);
    QVERIFY(!view.findChild<pages::PathComparison*>());
    QVERIFY(!view.findChild<QToolButton*>(QStringLiteral("compareButton"))->isEnabled());
    view.swapSides();
    view.stepRight(1);
    QCOMPARE(view.left(), 0);
    QCOMPARE(view.right(), -1);
    view.clear();
    QCOMPARE(view.left(), -1);
}
