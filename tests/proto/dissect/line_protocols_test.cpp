#include <gtest/gtest.h>

#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(LineProtocols, ReadsFtpsCommand) {
    Watcher w;
    w.see(sample::ftp_user);
    EXPECT_EQ(w.path(), "eth:ip:tcp:ftp");
    EXPECT_EQ(w.value("ftp.request"), "1");
    EXPECT_EQ(w.value("ftp.request.command"), "USER");
    EXPECT_EQ(w.value("ftp.request.arg"), "anonymous");
}

TEST(LineProtocols, FindsTheDataConnectionThatFtpAnnounces) {
    Watcher w;
    w.see(sample::ftp_pasv);
    w.see(sample::ftp_data);
    EXPECT_EQ(w.path(), "eth:ip:tcp:ftp-data:data-text-lines");
}

TEST(LineProtocols, ReadsFtpsReply) {
    Watcher w;
    w.see(sample::ftp_pasv);
    EXPECT_EQ(w.path(), "eth:ip:tcp:ftp");
    EXPECT_EQ(w.value("ftp.response.code"), "227");
    EXPECT_EQ(w.value("ftp.passive.ip"), "10.0.0.2");
    EXPECT_EQ(w.value("ftp.passive.port"), "51210");
}

TEST(LineProtocols, ReadsSmtp) {
    Watcher w;
    w.see(sample::smtp_reply);
    EXPECT_EQ(w.path(), "eth:ip:tcp:smtp");
    EXPECT_EQ(w.value("smtp.response.code"), "250");
    EXPECT_EQ(w.value("smtp.rsp.parameter"), "mx hello,SIZE 1000");
}

TEST(LineProtocols, ReadsAMailThatSmtpCarries) {
    Watcher w;
    w.see(sample::smtp_helo);
    w.see(sample::smtp_reply);
    w.see(sample::smtp_data);
    w.see(sample::smtp_go);
    w.see(sample::smtp_mail);
    EXPECT_EQ(w.path(), "eth:ip:tcp:smtp:imf");
    EXPECT_EQ(w.value("imf.from"), "a@b");
    EXPECT_EQ(w.value("imf.subject"), "hi");
}

TEST(LineProtocols, ReadsPop) {
    Watcher w;
    w.see(sample::pop_ok);
    EXPECT_EQ(w.path(), "eth:ip:tcp:pop");
    EXPECT_EQ(w.value("pop.response.indicator"), "+OK");
    EXPECT_EQ(w.value("pop.response.description"), "2 messages");
}

TEST(LineProtocols, ReadsImap) {
    Watcher w;
    w.see(sample::imap_login);
    EXPECT_EQ(w.path(), "eth:ip:tcp:imap");
    EXPECT_EQ(w.value("imap.isrequest"), "1");
    EXPECT_EQ(w.value("imap.tag"), "a1");
    EXPECT_EQ(w.value("imap.request.command"), "SELECT");
}

TEST(LineProtocols, ReadsImapsAnswer) {
    Watcher w;
    w.see(sample::imap_ok);
    EXPECT_EQ(w.path(), "eth:ip:tcp:imap");
    EXPECT_EQ(w.value("imap.line"), "* 3 EXISTS,a1 OK SELECT done");
    EXPECT_EQ(w.value("imap.response.status"), "OK");
    EXPECT_EQ(w.value("imap.response.command"), "SELECT");
}

TEST(LineProtocols, ReadsNntp) {
    Watcher w;
    w.see(sample::nntp);
    EXPECT_EQ(w.path(), "eth:ip:tcp:nntp");
    EXPECT_EQ(w.value("nntp.request"), "1");
}

TEST(LineProtocols, ReadsGopher) {
    Watcher w;
    w.see(sample::gopher);
    EXPECT_EQ(w.path(), "eth:ip:tcp:gopher");
    EXPECT_EQ(w.value("gopher.directory.type"), "1");
    EXPECT_EQ(w.value("gopher.directory.name"), "Docs");
    EXPECT_EQ(w.value("gopher.directory.host"), "example.org");
    EXPECT_EQ(w.value("gopher.directory.port"), "70");
}

TEST(LineProtocols, ReadsIrc) {
    Watcher w;
    w.see(sample::irc);
    EXPECT_EQ(w.path(), "eth:ip:tcp:irc");
    EXPECT_EQ(w.value("irc.request.command"), "PRIVMSG");
    EXPECT_EQ(w.value("irc.request.command_parameter"), "#lab");
    EXPECT_EQ(w.value("irc.request.trailer"), "hello there");
}

TEST(LineProtocols, ReadsIrcsAnswer) {
    Watcher w;
    w.see(sample::irc_reply);
    EXPECT_EQ(w.path(), "eth:ip:tcp:irc");
    EXPECT_EQ(w.value("irc.response.prefix"), "srv");
    EXPECT_EQ(w.value("irc.response.num_command"), "1");
    EXPECT_EQ(w.value("irc.response.trailer"), "Welcome");
}

// Segments of one connection, each behind the one before.
struct Talk {
    std::uint16_t port = 0;
    std::uint32_t next[2] = {1, 1};

    Octets say(bool from_client, std::string_view text) {
        std::uint32_t& own = next[from_client ? 0 : 1];
        Segment s;
        s.port = port;
        s.from_client = from_client;
        s.sequence = own;
        s.acknowledgment = next[from_client ? 1 : 0];
        s.payload = octets(text);
        own += static_cast<std::uint32_t>(text.size());
        return tcp_frame(s);
    }
};

TEST(LineProtocols, KeepsLiteralsOfImapApartFromLines) {
    Watcher w;
    Talk talk{143};
    w.see(talk.say(true, "a2 FETCH 1 RFC822\r\n"));
    w.see(talk.say(false, "* 1 FETCH (RFC822 {24}\r\nFrom: a@b\r\n"));
    EXPECT_EQ(w.value("imap.line"), "* 1 FETCH (RFC822 {24}");
    w.see(talk.say(false, "Subject: hi\r\n)\r\na2 OK FETCH done\r\n"));
    EXPECT_EQ(w.value("imf.from"), "a@b");
    EXPECT_EQ(w.value("imf.subject"), "hi");
    EXPECT_EQ(w.value("imap.line"), "),a2 OK FETCH done");
}

TEST(LineProtocols, ReadsAMailThatPopFetches) {
    Watcher w;
    Talk talk{110};
    w.see(talk.say(true, "RETR 1\r\n"));
    w.see(talk.say(false, "+OK 24 octets\r\nFrom: a@b\r\n"));
    EXPECT_EQ(w.value("pop.response.indicator"), "+OK");
    EXPECT_EQ(w.value("pop.response.data"), "");
    w.see(talk.say(false, "Subject: hi\r\n\r\nbody\r\n.\r\n"));
    EXPECT_EQ(w.value("imf.subject"), "hi");
    w.see(talk.say(true, "LIST\r\n"));
    w.see(talk.say(false, "+OK\r\n1 24\r\n.\r\n"));
    EXPECT_EQ(w.path(), "eth:ip:tcp:pop");
}

}  // namespace
}  // namespace layerlab::proto::dissect
