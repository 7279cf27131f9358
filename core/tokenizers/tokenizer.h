// SPDX-License-Identifier: GPL-3.0-or-later
// Text to token ids and back, exactly as the Hugging Face tokenizer of the same files does it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fettle
{

struct Encoding {
    std::vector<int32_t> ids;
    std::vector<std::pair<int32_t, int32_t>> offsets; ///< [start, end) in code points of the text; (0,0) for added ones
};

struct SpecialTokens {
    std::optional<int32_t> bos, eos, unk, sep, pad, cls, mask;
};

/// Immutable after loading; every method may be called from several threads at once.
class Tokenizer
{
public:
    virtual ~Tokenizer() = default;

    /// Text must be valid UTF-8 (see toValidUtf8). With `addSpecialTokens` the model's own are put around it
    /// (BERT [CLS] … [SEP], LLaMA <s> …; GPT-2 none).
    virtual Encoding encode(std::string_view text, bool addSpecialTokens) const = 0;
    /// The ids alone, faster than encode(); the default calls it.
    virtual std::vector<int32_t> encodeIds(std::string_view text, bool addSpecialTokens) const;
    virtual std::string decode(std::span<const int32_t> ids, bool skipSpecialTokens) const = 0;

    /// Largest id + 1, added tokens included.
    virtual int32_t vocabularySize() const = 0;
    /// The token as it stands in the vocabulary ("Ġthe", "##ing", "▁the"); empty for an id that has none.
    virtual std::string idToToken(int32_t id) const = 0;
    virtual std::optional<int32_t> tokenToId(std::string_view token) const = 0;
    /// The token as people read it: "Ġthe" and "▁the" are " the", "##ing" stays. May begin or end inside a character
    /// (see readable_pieces.h). Empty for an id that has none. The default is idToToken().
    virtual std::string pieceBytes(int32_t id) const;
    /// The same as valid UTF-8: bytes that are no whole character are U+FFFD.
    std::string pieceText(int32_t id) const;
    virtual bool isSpecial(int32_t id) const = 0;
    virtual const SpecialTokens& special() const = 0;
    /// "byte-level BPE", "BPE", "WordPiece", "SentencePiece".
    virtual std::string kind() const = 0;
    /// The files it was read from, to be copied beside a saved model.
    virtual const std::vector<std::filesystem::path>& files() const = 0;
    /// For people: files of the folder that say otherwise and are not heard (see TokenizerChoice).
    virtual const std::vector<std::string>& notices() const;
};

/// The tokenizer that transformers' AutoTokenizer takes for a model folder (tokenizer_choice.h says by which files).
/// Added and special tokens come from every file that declares them. tokenizer.model alone adds BOS and no EOS. Throws
/// BadInput (subject "model") naming what is missing.
std::shared_ptr<const Tokenizer> loadTokenizer(const std::filesystem::path& modelFolder);

} // namespace fettle
