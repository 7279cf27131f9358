// SPDX-License-Identifier: GPL-3.0-or-later
// Writing files of torch.save: a pickle of the value, and beside it the bytes of its tensors, in a zip archive.
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/tensors/torch_file.h"

#include <bit>
#include <caffe2/serialize/inline_container.h>
#include <exception>
#include <fmt/format.h>

namespace fettle
{

namespace
{

const char* storageOf(at::ScalarType type)
{
    if (type == at::kFloat)
        return "FloatStorage";
    if (type == at::kByte)
        return "ByteStorage";
    throw Error(ErrorCode::Failed,
                fmt::format("Tensors of {} are not written to files of torch.save.", toString(type)));
}

/// The instructions of Python's pickletools, protocol 2, as torch.save picks them; nothing is memoized.
class PickleWriter
{
public:
    std::string text(const TorchValue& value)
    {
        m_text = "\x80\x02";
        write(value);
        m_text += '.';
        return std::move(m_text);
    }
    /// In the order of their keys: "0", "1" …
    const std::vector<at::Tensor>& tensors() const { return m_tensors; }

private:
    void little(uint64_t bits, int bytes)
    {
        for (int i = 0; i < bytes; ++i)
            m_text += static_cast<char>(bits >> (8 * i));
    }
    void name(const char* module, const char* of) { m_text += fmt::format("c{}\n{}\n", module, of); }
    void write(std::string_view text)
    {
        m_text += 'X';
        little(text.size(), 4);
        m_text += text;
    }
    void write(int64_t number)
    {
        if (number == static_cast<int32_t>(number)) {
            m_text += 'J';
            little(static_cast<uint64_t>(number), 4);
        } else { // an integer of any length, here of eight bytes
            m_text += "\x8a\x08";
            little(static_cast<uint64_t>(number), 8);
        }
    }
    void write(double number)
    {
        m_text += 'G'; // the one whose first byte is the highest
        const auto bits = std::bit_cast<uint64_t>(number);
        for (int i = 7; i >= 0; --i)
            m_text += static_cast<char>(bits >> (8 * i));
    }
    void writeTuple(at::IntArrayRef numbers)
    {
        m_text += '(';
        for (const int64_t number : numbers)
            write(number);
        m_text += 't';
    }
    void write(const at::Tensor& tensor)
    {
        name("torch._utils", "_rebuild_tensor_v2");
        m_text += "((";
        write("storage");
        name("torch", storageOf(tensor.scalar_type()));
        write(std::to_string(m_tensors.size()));
        write("cpu");
        write(tensor.numel());
        m_text += "tQ";
        write(int64_t{0}); // where in the storage it begins
        writeTuple(tensor.sizes());
        m_tensors.push_back(tensor.detach().cpu().contiguous());
        writeTuple(m_tensors.back().strides());
        m_text += '\x89';                   // requires_grad
        name("collections", "OrderedDict"); // of hooks
        m_text += ")RtR";
    }
    void write(const TorchValue& value)
    {
        if (const bool* flag = value.as<bool>()) {
            m_text += *flag ? '\x88' : '\x89';
        } else if (const int64_t* whole = value.as<int64_t>()) {
            write(*whole);
        } else if (const double* real = value.as<double>()) {
            write(*real);
        } else if (const std::string* words = value.as<std::string>()) {
            write(std::string_view(*words));
        } else if (const at::Tensor* tensor = value.tensor()) {
            write(*tensor);
        } else if (const TorchValue::List* values = value.list()) {
            m_text += "](";
            for (const TorchValue& each : *values)
                write(each);
            m_text += 'e';
        } else if (const TorchValue::Dict* entries = value.dict()) {
            m_text += "}(";
            for (const auto& [key, entry] : *entries) {
                write(key);
                write(entry);
            }
            m_text += 'u';
        } else {
            m_text += 'N';
        }
    }

    std::string m_text;
    std::vector<at::Tensor> m_tensors;
};

} // namespace

void writeTorchFile(const std::filesystem::path& file, const TorchValue& value)
{
    PickleWriter pickle;
    const std::string text = pickle.text(value);
    FileWriter out(file);
    std::exception_ptr failure;
    { // The archive writes its end in its destructor: a write that failed is told once it is gone.
        caffe2::serialize::PyTorchStreamWriter archive([&](const void* bytes, size_t size) {
            try {
                if (!failure)
                    out.write({static_cast<const char*>(bytes), size});
            } catch (...) {
                failure = std::current_exception();
            }
            return size;
        });
        archive.writeRecord("data.pkl", text.data(), text.size());
        archive.writeRecord("byteorder", "little", 6);
        for (size_t i = 0; i < pickle.tensors().size(); ++i)
            archive.writeRecord(fmt::format("data/{}", i), pickle.tensors()[i].const_data_ptr(),
                                pickle.tensors()[i].nbytes());
        archive.writeEndOfFile();
    }
    if (failure)
        std::rethrow_exception(failure);
    out.close();
}

} // namespace fettle
