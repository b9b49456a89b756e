#include "capture/sandbox_message.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

namespace layerlab::capture::sandbox {
namespace {

struct SandboxMessage : testing::Test {
    void SetUp() override {
        int ends[2];
        ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
        a = Descriptor(ends[0]);
        b = Descriptor(ends[1]);
    }
    Descriptor a, b;
    bool is_open = false;
};

TEST_F(SandboxMessage, ArrivesWhole) {
    ASSERT_TRUE(send(a, Word::run, "ping -c 1 web", 7, 1, {b.get()}));
    const auto m = receive(b, false, is_open);
    ASSERT_TRUE(m);
    EXPECT_EQ(m->word, Word::run);
    EXPECT_EQ(m->text, "ping -c 1 web");
    EXPECT_EQ(m->program, 7u);
    EXPECT_EQ(m->value, 1);
    ASSERT_EQ(m->descriptors.size(), 1u);
    EXPECT_NE(m->descriptors[0].get(), b.get()) << "a copy";
}

TEST_F(SandboxMessage, KeepsOrderAndBounds) {
    EXPECT_TRUE(send(a, Word::addresses, {}));
    EXPECT_TRUE(send(a, Word::addresses, std::string(largest_text, 'x')));
    EXPECT_FALSE(send(a, Word::addresses, std::string(largest_text + 1, 'x')));
    EXPECT_EQ(receive(b, false, is_open)->text, "");
    EXPECT_EQ(receive(b, false, is_open)->text.size(), largest_text);
}

TEST_F(SandboxMessage, TellsSilenceFromTheEnd) {
    EXPECT_FALSE(receive(b, false, is_open));
    EXPECT_TRUE(is_open);
    a.close();
    EXPECT_FALSE(receive(b, false, is_open));
    EXPECT_FALSE(is_open);
    EXPECT_FALSE(send(b, Word::ended));
}

}  // namespace
}  // namespace layerlab::capture::sandbox
