// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/translations.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QLibraryInfo>
#include <QStandardPaths>
#include <QTranslator>

#include <memory>

namespace msrl::services {

namespace {

// "de-AT" -> "de_AT", "de": the names that a file may have, the closest first.
QStringList fileLanguages(const QString& wanted)
{
    QStringList names;
    QString name = QString(wanted).replace(QLatin1Char('-'), QLatin1Char('_'));
    for (; !name.isEmpty(); name = name.section(QLatin1Char('_'), 0, -2))
        names << name;
    return names;
}

bool install(QCoreApplication& application, const QString& file)
{
    auto translator = std::make_unique<QTranslator>();
    if (!translator->load(file))
        return false;
    translator->setParent(&application);
    return QCoreApplication::installTranslator(translator.release());
}

void installQtTexts(QCoreApplication& application, const QString& language)
{
    const QDir folder(QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    for (const QString& name : fileLanguages(language)) {
        const QString file = folder.filePath(QStringLiteral("qtbase_%1.qm").arg(name));
        if (QFileInfo::exists(file) && install(application, file))
            return;
    }
}

} // namespace

QStringList translationFolders()
{
    QStringList folders = QStandardPaths::locateAll(
        QStandardPaths::AppDataLocation, QStringLiteral("translations"), QStandardPaths::LocateDirectory);
    // A tree that was unpacked anywhere, and a build.
    folders << QDir::cleanPath(
        QCoreApplication::applicationDirPath() + QStringLiteral("/../share/msrl-studio/translations"));
    folders.removeDuplicates();
    return folders;
}

QString installTranslation(QCoreApplication& application, const QLocale& locale, const QStringList& folders)
{
    for (const QString& wanted : locale.uiLanguages()) {
        // Whoever asks for English before another language gets what the sources say.
        if (wanted == QLatin1String("en") || wanted.startsWith(QLatin1String("en-"))
            || wanted == QLatin1String("C"))
            return {};
        for (const QString& language : fileLanguages(wanted))
            for (const QString& folder : folders) {
                const QString file = QStringLiteral("%1/msrl-studio_%2.qm").arg(folder, language);
                if (!QFileInfo::exists(file) || !install(application, file))
                    continue;
                installQtTexts(application, language);
                return language;
            }
    }
    return {};
}

} // namespace msrl::services
