// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/run_report_file.h"

#include "app/models/strings.h"
#include "core/base/files.h"
#include "core/report/curve_svg.h"
#include "core/report/run_page.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QDir>
#include <QFileDialog>
#include <QGuiApplication>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgRenderer>
#include <QTextDocument>
#include <QUrl>

#include <algorithm>

namespace msrl::pages {

namespace {

constexpr int kNarrowest = 720; // pixels of 1/96 inch, as in a browser
constexpr int kWidest = 1040;
constexpr int kWider = 40;
constexpr int kPictureScale = 4; // pictures are drawn as pixels: about 380 to the inch
constexpr double kMarginMm = 14;

QImage drawn(const std::string& svg)
{
    QImage image(report::kPictureWidth * kPictureScale, report::kPictureHeight * kPictureScale,
        QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::white);
    QPainter painter(&image);
    QSvgRenderer(QByteArray::fromStdString(svg)).render(&painter);
    return image;
}

// The narrowest layout that is not higher than a page: what is narrow is printed large.
void layOut(QTextDocument& document, double heightByWidth)
{
    for (int width = kNarrowest; width <= kWidest; width += kWider) {
        document.setTextWidth(width);
        if (document.size().height() <= width * heightByWidth)
            return;
    }
}

// All on one page: a long report is made smaller.
QByteArray pdfOf(const report::RunFacts& facts)
{
    const report::RunPage page = report::runPageForPrint(facts);
    QTextDocument document;
    document.setDefaultFont(QFont(QStringLiteral("Inter"), 9));
    for (std::size_t i = 0; i < page.pictures.size(); ++i)
        document.addResource(
            QTextDocument::ImageResource, QUrl(QStringLiteral("picture:%1").arg(i)), drawn(page.pictures[i]));
    document.setHtml(models::toQt(page.html));

    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setPageSize(QPageSize(QPageSize::A4));
    writer.setPageMargins({ kMarginMm, kMarginMm, kMarginMm, kMarginMm }, QPageLayout::Millimeter);
    writer.setTitle(models::toQt(facts.info.name.empty() ? facts.project : facts.info.name));
    writer.setCreator(QStringLiteral("MSRL Studio"));
    layOut(document, static_cast<double>(writer.height()) / writer.width());
    QPainter painter(&writer);
    const QSizeF size = document.size();
    const double scale = std::min(writer.width() / size.width(), writer.height() / size.height());
    painter.scale(scale, scale);
    document.drawContents(&painter);
    painter.end();
    return bytes;
}

} // namespace

base::Status saveRunReport(const QString& runFolder, const QString& file)
{
    const base::Result<report::RunFacts> facts = report::readRunFacts(runFolder.toStdString());
    if (!facts)
        return facts.error();
    if (file.endsWith(QStringLiteral(".pdf"), Qt::CaseInsensitive))
        return base::writeFileAtomically(file.toStdString(), pdfOf(*facts).toStdString());
    return base::writeFileAtomically(file.toStdString(), report::runPageHtml(*facts));
}

base::Result<QString> askAndSaveRunReport(const QString& runFolder, QWidget* parent)
{
    const QString name = QDir(runFolder).dirName() + QStringLiteral(".pdf");
    const QString file
        = QFileDialog::getSaveFileName(parent, QCoreApplication::translate("RunReport", "Save report"),
            QDir(QFileInfo(runFolder).path()).filePath(name),
            QCoreApplication::translate("RunReport", "PDF (*.pdf);;Web page (*.html)"));
    if (file.isEmpty())
        return QString();
    QGuiApplication::setOverrideCursor(Qt::WaitCursor);
    const base::Status saved = saveRunReport(runFolder, file);
    QGuiApplication::restoreOverrideCursor();
    if (!saved)
        return saved.error();
    return file;
}

} // namespace msrl::pages
