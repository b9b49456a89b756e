// Whatever is wrong with an input ends the program with status 2 and names the place.
#include "tests/cli/program.hpp"

namespace layerlab::cli {
namespace {

using testing::HasSubstr;

using BadInput = TheProgram;

const char* pair = "host a\nhost b\nlink a b\n";

std::string little_endian(std::initializer_list<std::uint32_t> words) {
    std::string bytes;
    for (const std::uint32_t word : words)
        for (unsigned shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(word >> shift & 0xff);
    return bytes;
}
std::string pcap_header() { return little_endian({0xa1b2c3d4, 0x00040002, 0, 0, 65535, 1}); }

TEST_F(BadInput, NamesAFileThatIsNotThere) {
    for (const char* sub : {"run", "check"})
        expect_complaint(std::string(sub) + " nix.lab", {"layerlab: nix.lab: cannot open: No such", "hint: "});
    expect_complaint("why nix.lab 1", {"layerlab: nix.lab: cannot open: No such"});
    expect_complaint("dissect nix.pcap", {"layerlab: nix.pcap: cannot open: No such"});
    write("x.lab", std::string(pair) + "import \"nix.lab\"\n");
    expect_complaint("run x.lab", {"x.lab:4:8: error: nix.lab: cannot open: No such"});
}

TEST_F(BadInput, NamesAFolderInPlaceOfAFile) {
    std::filesystem::create_directory(folder_ / "sub");
    for (const char* command : {"run sub", "check sub", "why sub 1", "dissect sub"})
        expect_complaint(command, {"layerlab: sub: cannot read: Is a directory", "hint: "});
    write("x.lab", pair);
    expect_complaint("run x.lab --golden sub", {"layerlab: sub: cannot read: Is a directory"});
    for (const char* option : {"--golden sub --update-golden", "--pcap sub", "--json sub", "--junit sub"})
        expect_complaint(std::string("run x.lab ") + option, {"layerlab: sub: cannot write: Is a directory"});
}

TEST_F(BadInput, NamesAFileThatMayNotBeRead) {
    if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
    write("x.lab", pair);
    std::filesystem::permissions(folder_ / "x.lab", std::filesystem::perms::none);
    for (const char* command : {"run x.lab", "check x.lab", "why x.lab 1", "dissect x.lab"})
        expect_complaint(command, {"layerlab: x.lab: cannot open: Permission denied", "ls -l"});
    write("y.lab", pair);
    expect_complaint("run y.lab --golden x.lab", {"layerlab: x.lab: cannot open: Permission denied"});
    expect_complaint("run y.lab --pcap x.lab", {"layerlab: x.lab: cannot write: Permission denied"});
}

TEST_F(BadInput, NamesAFileThatIsTooBigForAScenario) {
    expect_complaint("run /dev/zero", {"layerlab: /dev/zero: larger than 16 MiB"});
    write("x.lab", std::string(100'000, 'x'));
    expect_complaint("run x.lab", {"layerlab: line 1 of x.lab is longer"});
}

TEST_F(BadInput, DoesNotTakeAnEmptyFileForAScenario) {
    write("x.lab", "");
    expect_complaint("run x.lab", {"x.lab:1:1: error: ", "no device"});
    write("x.lab", "# only a comment\n\n");
    expect_complaint("run x.lab", {"x.lab:1:1: error: "});
}

TEST_F(BadInput, PointsAtAWordThatItDoesNotKnow) {
    write("x.lab", "host a\nhost b\nlnik a b\n");
    expect_complaint("run x.lab", {"x.lab:3:1: error: ", "lnik a b\n", "^^^^", "did you mean \"link\"?"});
    expect_complaint("check x.lab", {"x.lab:3:1: error: "});
    write("x.lab", std::string("\x7f"
                               "ELF\0\0\1\2",
                               8) +
                       std::string(200, '\xff'));
    expect_complaint("run x.lab", {"x.lab:1:1: error: "});
}

TEST_F(BadInput, PointsAtAFilterThatIsWrongInAScenario) {
    write("x.lab", std::string(pair) + "expect 1: ip.nix == 3\n");
    expect_complaint("run x.lab", {"x.lab:4:11: error: ", "ip.nix"});
}

TEST_F(BadInput, PointsAtTheFolderOfAServer) {
    write("x.lab", std::string(pair) + "b serve http folder \"www\"\n");
    expect_complaint("run x.lab", {"x.lab:4:21: error: www: No such"});
    write("x.lab", std::string(pair) + "b serve http folder \"../\"\n");
    expect_complaint("run x.lab", {"x.lab:4:21: error: ", "outside of the .lab file's own folder"});
    write("x.lab", std::string(pair) + "b serve http folder \"/etc\"\n");
    expect_complaint("run x.lab", {"x.lab:4:21: error: ", "outside of the .lab file's own folder"});
    write("x.lab", std::string(pair) + "b serve http folder \"www\"\n");
    std::filesystem::create_directory(folder_ / "www");
    std::filesystem::create_symlink("/etc/passwd", folder_ / "www/users");
    expect_complaint("run x.lab", {"x.lab:4:21: error: www/users leads out"});
}

TEST_F(BadInput, ComplainsOfOptionsThatMakeNoSense) {
    write("x.lab", pair);
    expect_complaint("run x.lab --set n", {"--set n: ", "\"=\""});
    expect_complaint("run x.lab --set n=3", {"--set n", "no let declares"});
    expect_complaint("run x.lab --until soon", {"--until soon"});
    expect_complaint("run x.lab --seed abc", {"--seed"});
    expect_complaint("run x.lab --frobnicate", {"--frobnicate"});
    expect_complaint("run", {"FILE"});
    expect_complaint("run x.lab --golden nix.golden",
                     {"layerlab: nix.golden: cannot open: No such", "--update-golden"});
    expect_complaint("run x.lab --pcap nix/x.pcapng", {"nix/x.pcapng"});
    expect_complaint("run x.lab --pcap x.pcapng --at nobody", {"nobody"});
    expect_complaint("run x.lab --json nix/x.json", {"nix/x.json"});
    expect_complaint("why x.lab 1", {"no frame 1"});
    expect_complaint("why x.lab minus", {"minus"});
}

TEST_F(BadInput, ComplainsOfASubcommandThatItDoesNotKnow) {
    expect_complaint("rnu x.lab", {"\"rnu\"", "did you mean \"run\"?"});
    expect_complaint("", {"subcommand"});
    expect_complaint("help nix", {"no page \"nix\"", "lang"});
}

TEST_F(BadInput, PointsIntoAFilterThatIsWrong) {
    write("x.pcap", pcap_header());
    expect_complaint("dissect -Y 'ip.nix == 3' x.pcap", {"ip.nix == 3\n^~~~~~"});
    expect_complaint("dissect -Y 'ip.src ==' x.pcap", {"the filter ends too early"});
    expect_complaint("dissect -Y 'tcp.port == frog' x.pcap", {"frog"});
    EXPECT_EQ(run("dissect -Y 'ip.src == 10.0.0.1' x.pcap").status, 0);
}

TEST_F(BadInput, NamesTheByteWhereACaptureIsWrong) {
    write("empty.pcap", "");
    expect_complaint("dissect empty.pcap", {"empty.pcap: ", "empty"});
    write("magic.pcap", std::string("\1\2\3\4\5\6\7\10") + std::string(100, '\0'));
    expect_complaint("dissect magic.pcap", {"magic.pcap: "});
    write("text.pcap", "this is no capture at all, only a line of text\n");
    expect_complaint("dissect text.pcap", {"text.pcap: "});
    write("short.pcap", pcap_header().substr(0, 10));
    expect_complaint("dissect short.pcap", {"short.pcap: "});
    write("record.pcap", pcap_header() + little_endian({0, 0, 60, 60}) + std::string(20, 'x'));
    expect_complaint("dissect record.pcap", {"record.pcap: byte 24: ", "20 of 60"});
    write("long.pcap", pcap_header() + little_endian({0, 0, 0xffff'fff0, 0xffff'fff0}) + std::string(60, 'x'));
    expect_complaint("dissect long.pcap", {"long.pcap: byte 24: "});
    write("block.pcapng", little_endian({0x0a0d0d0a, 0x7fff'fffc, 0x1a2b3c4d, 1}));
    expect_complaint("dissect block.pcapng", {"block.pcapng: "});
}

}  // namespace
}  // namespace layerlab::cli
