#include "capture/file_bytes.hpp"

#include <cstdio>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace layerlab::capture {
namespace {

using testing::HasSubstr;

std::string fresh_path(const char* name) { return testing::TempDir() + std::to_string(::getpid()) + name; }

std::string content(const std::string& path) {
    auto file = FileSource::open(path);
    std::string text(100, '\0');
    const auto n = (*file)->read({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
    text.resize(*n);
    return text;
}

TEST(FileSource, SaysWhatIsWrongWithAPath) {
    const auto missing = FileSource::open(fresh_path("nothing"));
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().message, HasSubstr("No such file"));
    const auto directory = FileSource::open(testing::TempDir());
    ASSERT_FALSE(directory);
    EXPECT_THAT(directory.error().message, HasSubstr("directory"));
}

TEST(FileSource, SaysThatItHasNoRights) {
    if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
    const std::string path = fresh_path("secret");
    ASSERT_TRUE(FileSink::create(path));
    ::chmod(path.c_str(), 0);
    const auto file = FileSource::open(path);
    ::unlink(path.c_str());
    ASSERT_FALSE(file);
    EXPECT_THAT(file.error().hint, HasSubstr("rights"));
}

TEST(FileSink, BuffersOrWritesEachRecordAtOnce) {
    const std::string path = fresh_path("records");
    {
        auto sink = FileSink::create(path, FlushPolicy::every_record);
        ASSERT_TRUE(sink) << sink.error().message;
        ASSERT_TRUE((*sink)->append(proto::as_bytes("one")));
        EXPECT_EQ(content(path), "one");
    }
    {
        auto sink = FileSink::create(path);
        ASSERT_TRUE((*sink)->append(proto::as_bytes("two")));
        EXPECT_EQ(content(path), "");
        ASSERT_TRUE((*sink)->flush());
        EXPECT_EQ(content(path), "two");
        ASSERT_TRUE((*sink)->append(proto::as_bytes("three")));
    }
    EXPECT_EQ(content(path), "twothree");
    ::unlink(path.c_str());
}

TEST(FileSink, NeverTearsARecordApart) {
    const std::string path = fresh_path("whole");
    auto sink = FileSink::create(path);
    ASSERT_TRUE(sink);
    const std::vector<std::uint8_t> record(100'000, 'r');
    for (int i = 0; i < 3; ++i) ASSERT_TRUE((*sink)->append(record));
    struct stat about {};
    ASSERT_EQ(::stat(path.c_str(), &about), 0);
    EXPECT_EQ(about.st_size, 200'000);  // the third did not fit into the buffer and waits in it whole
    ::unlink(path.c_str());
}

TEST(FileSink, ReportsAFullDisk) {
    if (::access("/dev/full", W_OK) != 0) GTEST_SKIP() << "this system has no /dev/full";
    auto sink = FileSink::create("/dev/full", FlushPolicy::every_record);
    ASSERT_TRUE(sink);
    const auto written = (*sink)->append(proto::as_bytes("x"));
    ASSERT_FALSE(written);
    EXPECT_THAT(written.error().message, HasSubstr("No space left"));
}

}  // namespace
}  // namespace layerlab::capture
