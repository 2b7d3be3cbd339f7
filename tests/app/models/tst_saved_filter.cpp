// SPDX-License-Identifier: GPL-3.0-or-later
// Filters as the settings keep them come back as they were; what is not known is refused.
#include "app/models/saved_filter.h"

#include <QTest>

#include <limits>

using namespace msrl;
using namespace msrl::models;

class TestSavedFilter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comesBackAsItWas()
    {
        QueueFilter filter;
        filter.statuses = { ItemStatus::Undecided, ItemStatus::Flagged };
        filter.tasks = { "image_understanding" };
        filter.sources = { "" };
        filter.teachers = { "", "rl_caption" };
        filter.machine = { MachineChoice::NoPath };
        filter.margins = { VoteMargin::Narrow };
        filter.bands = { ConfidenceBand::None };
        filter.formats = { FormatShare::Some };
        filter.gold = { GoldAgreement::Differs };
        filter.reviews = { Review::Differ };
        filter.captions = { CaptionVerdict::Wrong };
        filter.confidence
            = ConfidenceRange { "mean_logprob", -0.25, std::numeric_limits<double>::infinity() };
        filter.matches = RowIds({ 3 });
        filter.sample = RowIds({ 4 });
        const SavedFilter saved
            = savedFilter(QStringLiteral("ties"), QStringLiteral(" red cup "), filter, QueueOrder::Telling);
        QVERIFY(!saved.filter.matches && !saved.filter.sample);
        const auto read = savedFilterFromJson(base::Json::parse(savedFilterToJson(saved).dump()), "test");
        QVERIFY(read.ok());
        QVERIFY(*read == saved);
        QCOMPARE(read->search, QStringLiteral("red cup"));
    }

    void whatIsNotKnownIsRefused()
    {
        for (const char* text : { R"({"order": "telling"})", R"({"name": "x", "order": "by-moon"})",
                 R"({"name": "x", "order": "telling", "votes": ["many"]})" })
            QVERIFY(!savedFilterFromJson(base::Json::parse(text), "test").ok());
    }
};

QTEST_GUILESS_MAIN(TestSavedFilter)
#include "tst_saved_filter.moc"
