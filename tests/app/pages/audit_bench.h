// SPDX-License-Identifier: GPL-3.0-or-later
// An Audit page over a run of its own, as the window would set it up, for the tests of this folder.
#pragma once

#include "app/pages/action_registry.h"
#include "app/pages/audit_page.h"
#include "app/services/run_registry.h"
#include "app/services/settings.h"
#include "core/store/audit_store.h"
#include "tests/support/sample_run.h"
#include "widgets/feedback/wrapped_text.h"

#include <QLabel>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

namespace msrl::tests {

inline constexpr int kItems = 40;

struct AuditBench
{
    AuditBench() = default;
    ~AuditBench()
    {
        if (page)
            page->setSession(nullptr); // before the session goes
    }
    AuditBench(const AuditBench&) = delete;
    AuditBench& operator=(const AuditBench&) = delete;

    QTemporaryDir folder;
    QString run = folder.path() + QStringLiteral("/run");
    services::Settings settings { folder.path() + QStringLiteral("/settings.json") };
    services::RunRegistry runs { folder.path(), folder.path() + QStringLiteral("/runs.json") };
    pages::ActionRegistry actions;
    std::unique_ptr<services::RunSession> session;
    std::unique_ptr<pages::AuditPage> page;

    // Writes the run and shows the page over it.
    void start()
    {
        SampleRunOptions options;
        options.numCandidates = kItems;
        options.withCurves = options.withSamples = options.withEvaluations = false;
        QVERIFY(writeSampleRun(run.toStdString(), options).ok());
        open();
    }
    void open()
    {
        settings.edit([](services::SettingsData& data) {
            data.auditor = QStringLiteral("Ada");
            data.autoAdvance = true;
        });
        page = std::make_unique<pages::AuditPage>(pages::PageContext { settings, runs });
        page->registerActions(actions);
        session = std::make_unique<services::RunSession>(run);
        page->setSession(session.get());
        session->start();
        page->resize(1300, 800);
        page->show();
        page->activated();
        QVERIFY(QTest::qWaitForWindowActive(page.get()));
        QTRY_COMPARE(page->queue().numItems(), kItems);
        QTRY_VERIFY(!page->current().empty());
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {})
    {
        QWidget* target = page->focusWidget() ? page->focusWidget() : page.get();
        QTest::keyClick(target, key, modifiers);
    }
    // Puts the first item with a machine choice in front.
    std::string goToChoice()
    {
        while (page->queue().find(page->current())->summary.chosen < 0)
            press(Qt::Key_J);
        return page->current();
    }
    std::optional<store::DecisionRow> stored(const std::string& sample) const
    {
        auto audit = store::AuditStore::open((run + QStringLiteral("/audit.db")).toStdString());
        return audit ? *audit->newest("cmkd", sample) : std::nullopt;
    }
    template <class Text> bool shows(const QString& part) const
    {
        const auto texts = page->findChildren<Text*>();
        return std::any_of(texts.begin(), texts.end(),
            [&](const Text* text) { return text->isVisible() && text->text().contains(part); });
    }
    bool showsText(const QString& part) const
    {
        return shows<QLabel>(part) || shows<widgets::WrappedText>(part);
    }
    models::ItemStatus status(const std::string& sample) const
    {
        return page->queue().find(sample)->status();
    }
};

} // namespace msrl::tests
