// SPDX-License-Identifier: GPL-3.0-or-later
// Small pictures of the rows of a table, read beside the window: a folder of photographs takes a while.
#pragma once

#include "core/base/json.h"

#include <QImage>
#include <QObject>
#include <QSize>
#include <QStringList>
#include <QThreadPool>

#include <vector>

namespace msrl::pages {

class RowThumbnails : public QObject
{
    Q_OBJECT

public:
    static constexpr int kSide = 32;
    static constexpr int kGap = 4;

    explicit RowThumbnails(QObject* parent = nullptr);
    ~RowThumbnails() override; // waits for the picture that is being read

    // What stands for a sample with these media (as MediaItem takes them): both candidates' first picture or
    // frame, else the first two of what was given. Empty: the sample has no media.
    static QStringList sourcesOf(const base::Json& media);
    // For as many pictures, beside each other.
    static QSize sizeFor(qsizetype pictures);

    // One list of sources for each row; what was asked before is given up. `ratio`: device pixels.
    void ask(const std::vector<QStringList>& rows, double ratio);

Q_SIGNALS:
    void ready(int row, const QImage& picture);

private:
    QThreadPool m_readers;
    int m_round = 0; // of questions: an answer to an old one is late
};

} // namespace msrl::pages
