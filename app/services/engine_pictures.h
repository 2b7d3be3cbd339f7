// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of media that the studio does not decode itself, video files above all: asked of `msrl-engine
// pictures`, beside the window.
#pragma once

#include "app/services/engine_question.h"

#include <QObject>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>

#include <deque>
#include <functional>
#include <map>
#include <tuple>
#include <vector>

namespace msrl::services {

struct PictureQuestion
{
    QString file; // a video, a folder of frames or an image; also a data URI
    int frames = 0; // of a video; 0: an image
    QString frameRule; // "original" or "hf"; of an image empty

    bool operator==(const PictureQuestion&) const = default;
    bool operator<(const PictureQuestion& other) const
    {
        return std::tie(file, frames, frameRule) < std::tie(other.file, other.frames, other.frameRule);
    }
};

struct PictureAnswer
{
    bool waiting = true;
    QStringList pictures; // files that Qt reads: an image, or the frames in their order
    QString problem; // why there are none, with the file; empty: there are, or they are waited for
};

// GUI thread. What was asked for last is answered first. The pictures of the last kMostBatches questions are
// kept, in a folder that goes with this object.
class EnginePictures : public QObject
{
    Q_OBJECT

public:
    static constexpr std::size_t kMostTogether = 6; // files that one process looks at
    static constexpr std::size_t kMostWaiting = 96;
    static constexpr std::size_t kMostBatches = 48;

    // `engine`: the program to ask, or empty.
    explicit EnginePictures(std::function<QString()> engine, QObject* parent = nullptr);

    // What is known of the file as it is now; what is not is asked for. Holds until the next call.
    const PictureAnswer& look(const PictureQuestion& question);

Q_SIGNALS:
    void changed(); // there are answers

private:
    struct Known
    {
        qint64 stamp = 0; // the file's modification time in ms
        PictureAnswer answer;
    };

    void askNext();
    void take(const QByteArray& output);
    void fail(const QString& sentence);
    void forgetOldest();
    QString fileOf(const PictureQuestion& question) const; // a data URI's bytes become one

    std::function<QString()> m_engine;
    EngineQuestion m_question;
    QTemporaryDir m_folder;
    std::map<PictureQuestion, Known> m_known;
    std::deque<PictureQuestion> m_waiting; // the next one last
    std::vector<PictureQuestion> m_asked; // of the process that runs
    std::deque<std::pair<QString, std::vector<PictureQuestion>>> m_batches; // answered: folder, questions
    int m_numBatches = 0;
};

} // namespace msrl::services
