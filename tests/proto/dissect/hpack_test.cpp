#include "proto/dissect/hpack.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::dissect {
namespace {

std::vector<std::uint8_t> octets(std::string_view hex) {
    std::vector<std::uint8_t> out;
    std::string digits;
    for (const char c : hex)
        if (c != ' ') digits += c;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
        out.push_back(static_cast<std::uint8_t>(std::stoi(digits.substr(i, 2), nullptr, 16)));
    return out;
}

struct Hpack : testing::Test {
    HpackBudget budget;
    HpackTable table{budget};

    // "name: value" of each field with '\n', and what went wrong.
    std::string read(std::string_view hex) {
        const auto block = octets(hex);
        HpackReader reader(table, block);
        std::string text;
        while (!reader.left().empty()) {
            const auto field = reader.next();
            if (!field) return text + "! " + field.error();
            if (field->kind == HpackField::Kind::table_size)
                text += "size " + std::to_string(field->index) + '\n';
            else
                text += field->name + ": " + field->value + '\n';
        }
        return text;
    }
};

// RFC 7541 appendix C.2.
TEST_F(Hpack, ReadsEachRepresentation) {
    EXPECT_EQ(read("400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572"), "custom-key: custom-header\n");
    EXPECT_EQ(table.size(), 55u);
    EXPECT_EQ(read("040c 2f73 616d 706c 652f 7061 7468"), ":path: /sample/path\n");
    EXPECT_EQ(read("1008 7061 7373 776f 7264 0673 6563 7265 74"), "password: secret\n");
    EXPECT_EQ(read("82"), ":method: GET\n");
    EXPECT_EQ(table.size(), 55u);
}

// Appendix C.3: three requests without Huffman coding.
TEST_F(Hpack, RemembersFieldsOfRequestsBefore) {
    EXPECT_EQ(read("8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d"),
              ":method: GET\n:scheme: http\n:path: /\n:authority: www.example.com\n");
    EXPECT_EQ(table.size(), 57u);
    EXPECT_EQ(read("8286 84be 5808 6e6f 2d63 6163 6865"),
              ":method: GET\n:scheme: http\n:path: /\n:authority: www.example.com\ncache-control: no-cache\n");
    EXPECT_EQ(table.size(), 110u);
    EXPECT_EQ(read("8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65"),
              ":method: GET\n:scheme: https\n:path: /index.html\n:authority: www.example.com\ncustom-key: "
              "custom-value\n");
    EXPECT_EQ(table.size(), 164u);
}

// Appendix C.4: the same with it.
TEST_F(Hpack, UndoesHuffmanCoding) {
    EXPECT_EQ(read("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff"),
              ":method: GET\n:scheme: http\n:path: /\n:authority: www.example.com\n");
    EXPECT_EQ(read("8286 84be 5886 a8eb 1064 9cbf"),
              ":method: GET\n:scheme: http\n:path: /\n:authority: www.example.com\ncache-control: no-cache\n");
    EXPECT_EQ(read("8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf"),
              ":method: GET\n:scheme: https\n:path: /index.html\n:authority: www.example.com\ncustom-key: "
              "custom-value\n");
    EXPECT_EQ(table.size(), 164u);
}

// Appendix C.6: three responses with a table of 256 octets, so that entries are evicted.
TEST_F(Hpack, ForgetsWhatDoesNotFit) {
    table.resize(256);
    EXPECT_EQ(read("4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d "
                   "29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3"),
              ":status: 302\ncache-control: private\ndate: Mon, 21 Oct 2013 20:13:21 GMT\nlocation: "
              "https://www.example.com\n");
    EXPECT_EQ(table.size(), 222u);
    EXPECT_EQ(read("4883 640e ffc1 c0bf"),
              ":status: 307\ncache-control: private\ndate: Mon, 21 Oct 2013 20:13:21 "
              "GMT\nlocation: https://www.example.com\n");
    EXPECT_EQ(table.size(), 222u);
    EXPECT_EQ(
        read("88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 "
             "e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07"),
        ":status: 200\ncache-control: private\ndate: Mon, 21 Oct 2013 20:13:22 GMT\nlocation: "
        "https://www.example.com\ncontent-encoding: gzip\nset-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; "
        "max-age=3600; version=1\n");
    EXPECT_EQ(table.size(), 215u);
}

TEST_F(Hpack, ChangesTheSizeOfTheTable) {
    read("400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572");
    EXPECT_EQ(read("20"), "size 0\n");
    EXPECT_EQ(table.size(), 0u);
    EXPECT_EQ(read("3fe1 1f"), "size 4096\n");
    EXPECT_EQ(read("be"), "! index 62 is not in the table");
}

TEST_F(Hpack, RefusesWhatCannotBe) {
    EXPECT_EQ(read("80"), "! index 0 is not in the table");
    EXPECT_EQ(read("ff"), "! a number without an end");
    EXPECT_EQ(read("ffff ffff ffff ffff"), "! a number without an end");
    EXPECT_EQ(read("3fff ffff 03"), "! a table of 8388638 octets");
    EXPECT_EQ(read("0005 6162"), "! a name that cannot be read");
    EXPECT_EQ(read("0001 61"), "! a value that cannot be read");
    EXPECT_EQ(read("0001 6105 62"), "! a value that cannot be read");
    EXPECT_EQ(read("0001 6181 00"), "! a value that cannot be read");         // padding of zeros
    EXPECT_EQ(read("0001 6181 ff"), "! a value that cannot be read");         // eight bits of padding
    EXPECT_EQ(read("0001 6184 ffff ffff"), "! a value that cannot be read");  // the end of the string
}

TEST_F(Hpack, KeepsNoMoreThanTheBudget) {
    const std::string large(HpackTable::largest - 100, 'x');
    std::vector<std::unique_ptr<HpackTable>> tables;
    bool has_room = true;
    for (int i = 0; i < 1000 && has_room; ++i) {
        tables.push_back(std::make_unique<HpackTable>(budget));
        tables.back()->resize(HpackTable::largest);
        has_room = tables.back()->add("n", large);
    }
    EXPECT_FALSE(has_room);
    EXPECT_LE(budget.used, HpackBudget::most);
    tables.clear();
    EXPECT_EQ(budget.used, 0u);
}

}  // namespace
}  // namespace layerlab::proto::dissect
