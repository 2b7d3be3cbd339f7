// SPDX-License-Identifier: GPL-3.0-or-later
// The sample that is judged: media, question, the two responses, and the caption that the teacher read.
#pragma once

#include "app/services/engine_pictures.h"
#include "core/store/rows.h"

#include <QPointer>
#include <QScrollArea>

#include <optional>
#include <vector>

class QPushButton;
class QVBoxLayout;

namespace msrl::pages {

class MediaItem;

class AuditSamplePanel : public QScrollArea
{
    Q_OBJECT

public:
    explicit AuditSamplePanel(QWidget* parent = nullptr);

    // For media that the studio does not read itself; it need not outlive the panel.
    void usePictures(services::EnginePictures* pictures);
    // Without gold and label when `blind`; `wrongCaption`: an auditor called the caption that.
    void show(const store::CandidateRow& candidate, bool blind, bool wrongCaption = false);
    void clear();
    // Of the candidate, as they are shown now: for MediaViewer.
    const base::Json& media() const { return m_shownMedia; }
    void togglePlay();
    // The keys that its texts name, as they are now.
    void showKeys();

Q_SIGNALS:
    void captionRejected();
    // A click on a medium: its place in the candidate's list, and the frame, both from 0.
    void mediaRequested(int medium, int frame);

private:
    void addSection(const QString& title, const std::string& text);
    void addCaption(const std::string& text, bool isWrong);
    MediaItem* makeMedia(int place, QWidget* parent);
    void addMedia(int place, QWidget* parent, QVBoxLayout* layout);
    void refreshMedia();
    void addResponse(
        const QString& side, const std::string& text, const store::CandidateRow& candidate, bool blind);

    QWidget* m_body = nullptr;
    QVBoxLayout* m_layout = nullptr;
    QPushButton* m_wrong = nullptr; // of the caption that is shown
    struct ShownMedium
    {
        int place = 0; // in the candidate's list
        MediaItem* item = nullptr;
        QVBoxLayout* layout = nullptr;
    };

    QPointer<services::EnginePictures> m_pictures;
    base::Json m_given = base::Json::array(); // the candidate's media
    base::Json m_shownMedia = base::Json::array(); // the same with their pictures
    std::vector<ShownMedium> m_media;
};

} // namespace msrl::pages
