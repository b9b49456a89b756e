#include "tests/capture/sandbox_fixture.hpp"
#include "tests/source_dir.hpp"

namespace layerlab::capture {
namespace {

using testing::HasSubstr;

struct SandboxMounts : test::InSandbox {
    void SetUp() override {
        open({"amy",
              {},
              {{"/etc/hosts", "192.0.2.1 bob\n"},
               {"/etc/resolv.conf", ""},
               {"/run/own/script", "#!/bin/sh\necho own\n"}}});
    }
};

TEST_F(SandboxMounts, ShowTheFileSystemReadOnly) {
    for (const char* place : {"/", "/etc", "/usr/bin", "/var", "/dev", "/home", "/root", tests::source_dir})
        EXPECT_NE(run(std::string("touch ") + place + "/intruder").status, 0) << place;
    EXPECT_THAT(run("touch /usr/intruder").text, HasSubstr("ead-only"));
    EXPECT_EQ(run("ls /usr/bin | head -1 | wc -l").text, "1\n");
}

TEST_F(SandboxMounts, GiveScratchFoldersThatNobodyElseSees) {
    EXPECT_EQ(run("echo hello > /tmp/layerlab-scratch && cat /tmp/layerlab-scratch").text, "hello\n");
    EXPECT_NE(::access("/tmp/layerlab-scratch", F_OK), 0);
    EXPECT_EQ(run("pwd").text, "/tmp\n");
}

TEST_F(SandboxMounts, HideWhatIsPrivate) {
    EXPECT_EQ(run("ls -A /home /root /mnt /media /srv 2>/dev/null | grep -v : | grep -c .").text, "0\n");
    EXPECT_EQ(run("ls /dev | tr '\\n' ' '").text, "fd full null random shm stderr stdin stdout tty urandom zero ");
}

TEST_F(SandboxMounts, PlaceItsOwnFiles) {
    EXPECT_EQ(run("cat /etc/hosts").text, "192.0.2.1 bob\n");
    EXPECT_EQ(run("/run/own/script").text, "own\n");
    EXPECT_EQ(run("echo nameserver 192.0.2.53 > /etc/resolv.conf && cat /etc/resolv.conf").text,
              "nameserver 192.0.2.53\n")
        << "a DHCP client writes it";
}

}  // namespace
}  // namespace layerlab::capture
