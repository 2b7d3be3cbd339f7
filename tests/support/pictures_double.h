// SPDX-License-Identifier: GPL-3.0-or-later
// A double of `msrl-engine` that answers for media: every file is shown by two pictures, red and blue, one
// whose name begins with "bad" by a fault. It writes down what it was asked.
#pragma once

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QString>
#include <QStringList>

#include <utility>

namespace msrl::tests {

// 40 x 30 pixels of one colour.
inline constexpr const char* kRedPng = "iVBORw0KGgoAAAANSUhEUgAAACgAAAAeCAIAAADRv8uKAAAAKElEQVR42u3NsQ0AAAjAo"
                                       "P7/tJ6hAwk7TZ1ILBaLxWKxWCwWi8V/4wU+nauNixxYhAAAAABJRU5ErkJggg==";
inline constexpr const char* kBluePng = "iVBORw0KGgoAAAANSUhEUgAAACgAAAAeCAIAAADRv8uKAAAAKElEQVR42u3NsQ0AAAjA"
                                        "oP7/tJ6hAwk71RwRi8VisVgsFovFYvHbeAHnZ6uNBolZlgAAAABJRU5ErkJggg==";

inline constexpr const char* kPicturesScript = R"(#!/bin/sh
here=$(dirname "$0")
echo "$@" >> "$here/asked"
if [ "$1" = preview ]; then cat "$here/dataset.json"; exit; fi
shift
separator=
printf '{"media": ['
while [ "$1" != --folder ]; do
  case "$1" in
  */bad*) answer='"problem": "bad.mp4: damaged or cut off"' ;;
  *) answer='"pictures": ["'$here'/red.png", "'$here'/blue.png"]' ;;
  esac
  printf '%s{"file": "x", %s}' "$separator" "$answer"
  separator=,
  shift
done
printf ']}'
)";

// Lies in `folder`, which outlives it. `dataset`: what `preview` prints.
class PicturesDouble
{
public:
    explicit PicturesDouble(QString folder, const QByteArray& dataset = {})
        : m_folder(std::move(folder))
    {
        write("red.png", QByteArray::fromBase64(kRedPng));
        write("blue.png", QByteArray::fromBase64(kBluePng));
        write("dataset.json", dataset);
        write("engine", kPicturesScript);
        QFile::setPermissions(program(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }

    QString program() const { return path("engine"); }
    QString path(const char* name) const { return QDir(m_folder).filePath(QString::fromLatin1(name)); }
    // A line for each process.
    QStringList asked() const
    {
        QFile file(path("asked"));
        return file.open(QIODevice::ReadOnly)
            ? QString::fromUtf8(file.readAll()).split(QLatin1Char('\n'), Qt::SkipEmptyParts)
            : QStringList();
    }

private:
    void write(const char* name, const QByteArray& content) const
    {
        QFile file(path(name));
        if (file.open(QIODevice::WriteOnly))
            file.write(content);
    }

    QString m_folder;
};

} // namespace msrl::tests
