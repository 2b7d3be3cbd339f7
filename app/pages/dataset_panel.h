// SPDX-License-Identifier: GPL-3.0-or-later
// A look at the data of a dataset: counts, the first rows, and each as the prompt that the judge is given.
#pragma once

#include "app/services/dataset_probe.h"
#include "app/services/engine_pictures.h"

#include <QPointer>
#include <QWidget>

class QLabel;
class QPushButton;
class QTextEdit;
class QToolButton;
class QTreeWidget;

namespace msrl::pages {

class MediaStrip;
class RowThumbnails;

class DatasetPanel : public QWidget
{
    Q_OBJECT

public:
    // The probe outlives the panel.
    explicit DatasetPanel(services::DatasetProbe& probe, QWidget* parent = nullptr);

    // For media that the studio does not read itself.
    void usePictures(services::EnginePictures* pictures);
    // Reads only while it is open.
    void showData(const services::DatasetQuestion& question);

Q_SIGNALS:
    void editPromptsRequested(const std::vector<msrl::data::Sample>& samples);

protected:
    void changeEvent(QEvent* event) override;

private:
    void layOut();
    void showFacts();
    void fillRows(const services::DatasetFacts& facts);
    void askThumbnails();
    void showSample();
    void showPrompt();

    services::DatasetProbe& m_probe;
    services::DatasetQuestion m_question;
    std::vector<services::DatasetRow> m_rows;
    std::vector<data::Sample> m_samples;
    QToolButton* m_toggle = nullptr;
    QWidget* m_content = nullptr;
    QLabel* m_summary = nullptr;
    QTreeWidget* m_table = nullptr;
    RowThumbnails* m_thumbnails = nullptr;
    QLabel* m_legend = nullptr;
    std::vector<QStringList> m_sources; // of the thumbnails
    QPointer<services::EnginePictures> m_pictures;
    MediaStrip* m_media = nullptr; // of the sample that is looked at
    QTextEdit* m_prompt = nullptr;
    QPushButton* m_edit = nullptr;
};

} // namespace msrl::pages
