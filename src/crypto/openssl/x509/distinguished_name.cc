// Distinguished names between DER and the text of configurations, and their comparison.
#include "crypto/certificate.h"
#include "crypto/openssl/x509/x509_handles.h"

#include <algorithm>
#include <cctype>

namespace esplanade::crypto {
namespace {

using core::Bytes;
using core::Code;
using core::failure;
using core::Result;
using core::View;
using openssl::from_der;
using openssl::to_der;
using openssl::X509Handle;

struct Attribute {
  std::string_view word;
  int nid;
};

// strongSwan's words; the first of an attribute is the one we write.
constexpr auto attributes = std::to_array<Attribute>({
    {"C", NID_countryName},
    {"ST", NID_stateOrProvinceName},
    {"L", NID_localityName},
    {"O", NID_organizationName},
    {"OU", NID_organizationalUnitName},
    {"CN", NID_commonName},
    {"E", NID_pkcs9_emailAddress},
    {"emailAddress", NID_pkcs9_emailAddress},
    {"Email", NID_pkcs9_emailAddress},
    {"DC", NID_domainComponent},
    {"UID", NID_userId},
    {"SN", NID_surname},
    {"SURNAME", NID_surname},
    {"serialNumber", NID_serialNumber},
    {"T", NID_title},
    {"D", NID_description},
    {"N", NID_name},
    {"G", NID_givenName},
    {"I", NID_initials},
    {"dnQualifier", NID_dnQualifier},
    {"postalAddress", NID_postalAddress},
    {"postalCode", NID_postalCode},
    {"STREET", NID_streetAddress},
    {"pseudonym", NID_pseudonym},
    {"ID", NID_x500UniqueIdentifier},
    {"UN", NID_pkcs9_unstructuredName},
    {"unstructuredName", NID_pkcs9_unstructuredName},
    {"UA", NID_pkcs9_unstructuredAddress},
    {"unstructuredAddress", NID_pkcs9_unstructuredAddress},
});

auto equal_but_for_case(std::string_view a, std::string_view b) -> bool {
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  return std::ranges::equal(a, b, {}, lower, lower);
}

struct FreeObject {
  void operator()(ASN1_OBJECT* object) const noexcept { ASN1_OBJECT_free(object); }
};
using Object = std::unique_ptr<ASN1_OBJECT, FreeObject>;

auto object_of(std::string_view word) -> Object {
  const auto it = std::ranges::find_if(
      attributes, [&](const Attribute& row) { return equal_but_for_case(row.word, word); });
  if (it != attributes.end()) return Object(OBJ_nid2obj(it->nid));
  const auto is_dotted = word.find('.') != std::string_view::npos &&
                         word.find_first_not_of("0123456789.") == std::string_view::npos;
  Object object(is_dotted ? OBJ_txt2obj(std::string(word).c_str(), 1) : nullptr);
  ERR_clear_error();
  return object;
}

auto is_printable(char c) -> bool {
  constexpr std::string_view others = " '()+,-./:=?";
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || others.find(c) != others.npos;
}

// RFC 5280, 4.1.2.4 and appendix A: PrintableString where it does, UTF8String elsewhere, and
// IA5String for what comes from mail and DNS.
auto string_type(const ASN1_OBJECT* object, std::string_view value) -> int {
  const auto nid = OBJ_obj2nid(object);
  const auto is_ia5 = nid == NID_pkcs9_emailAddress || nid == NID_domainComponent ||
                      nid == NID_pkcs9_unstructuredName;
  if (is_ia5) return V_ASN1_IA5STRING;
  return std::ranges::all_of(value, is_printable) ? V_ASN1_PRINTABLESTRING : V_ASN1_UTF8STRING;
}

auto add(X509_NAME* to, const ASN1_OBJECT* object, std::string_view value) -> bool {
  return X509_NAME_add_entry_by_OBJ(to, object, string_type(object, value),
                                    reinterpret_cast<const unsigned char*>(value.data()),
                                    static_cast<int>(value.size()), -1, 0) == 1;
}

// Reads "word=value" after "word=value"; positions are those of the whole text.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {
    skip_spaces();
    if (peek() != '/') return;
    is_slashed_ = true;
    ++at_;
  }

  [[nodiscard]] auto more() const -> bool { return at_ < text_.size(); }
  [[nodiscard]] auto separator() const -> char { return is_slashed_ ? '/' : ','; }
  [[nodiscard]] auto at() const -> std::size_t { return at_; }

  auto word() -> Result<std::string_view> {
    skip_spaces();
    const auto begin = at_;
    const auto end = text_.find('=', begin);
    if (end == std::string_view::npos) return failure(Code::bad_value, begin);
    at_ = end + 1;
    return trimmed(text_.substr(begin, end - begin));
  }

  auto value() -> Result<std::string> {
    skip_spaces();
    auto value = TRY(peek() == '"' ? quoted() : plain());
    skip_spaces();
    if (!more()) return value;
    if (peek() != separator()) return failure(Code::bad_value, at_);
    ++at_;
    return value;
  }

 private:
  [[nodiscard]] auto peek() const -> char { return more() ? text_[at_] : '\0'; }
  void skip_spaces() {
    while (peek() == ' ' || peek() == '\t') ++at_;
  }
  static auto trimmed(std::string_view text) -> std::string_view {
    return text.substr(0, text.find_last_not_of(" \t") + 1);
  }

  auto plain() -> Result<std::string> {
    std::string value;
    while (more() && peek() != separator()) {
      if (peek() == '\\' && at_ + 1 < text_.size()) ++at_;
      value += text_[at_++];
    }
    return std::string(trimmed(value));
  }

  auto quoted() -> Result<std::string> {
    const auto begin = at_++;
    std::string value;
    while (peek() != '"') {
      if (peek() == '\\') ++at_;
      if (!more()) return failure(Code::bad_value, begin);
      value += text_[at_++];
    }
    ++at_;
    return value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool is_slashed_ = false;  ///< "/C=CH/O=Example", not "C=CH, O=Example"
};

auto word_of(const ASN1_OBJECT* object) -> std::string {
  const auto nid = OBJ_obj2nid(object);
  const auto it = std::ranges::find(attributes, nid, &Attribute::nid);
  if (it != attributes.end()) return std::string(it->word);
  std::string dotted(128, '\0');
  const auto size = OBJ_obj2txt(dotted.data(), static_cast<int>(dotted.size()), object, 1);
  dotted.resize(std::clamp<std::size_t>(static_cast<std::size_t>(std::max(size, 0)), 0, 127));
  return dotted;
}

auto utf8_of(const ASN1_STRING* string) -> std::string {
  unsigned char* utf8 = nullptr;
  const auto size = ASN1_STRING_to_UTF8(&utf8, string);
  ERR_clear_error();
  if (size < 0) return "?";
  std::string text(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size));
  OPENSSL_free(utf8);
  return text;
}

// A name is a stranger's: what a terminal would obey is shown in hexadecimal.
auto shown(const std::string& value) -> std::string {
  constexpr std::string_view digits = "0123456789abcdef";
  const auto needs_quotes = value.empty() || value.front() == ' ' || value.back() == ' ' ||
                            value.find_first_of(",\"\\/") != std::string::npos;
  std::string text;
  for (const auto c : value) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x20 || code == 0x7f) {
      text += {'<', digits[code >> 4], digits[code & 15], '>'};
      continue;
    }
    if (needs_quotes && (c == '"' || c == '\\')) text += '\\';
    text += c;
  }
  return needs_quotes ? '"' + text + '"' : text;
}

auto entry_text(const X509_NAME_ENTRY* entry) -> std::string {
  return word_of(X509_NAME_ENTRY_get_object(entry)) + "=" +
         shown(utf8_of(X509_NAME_ENTRY_get_data(entry)));
}

// OpenSSL folds case, spaces and string types when it compares whole names.
auto alone(const X509_NAME_ENTRY* entry) -> X509Handle<X509_NAME> {
  X509Handle<X509_NAME> name(X509_NAME_new());
  core::ensure(X509_NAME_add_entry(name.get(), entry, -1, 0) == 1);
  return name;
}

auto matches(const X509_NAME_ENTRY* entry, const X509_NAME_ENTRY* pattern) -> bool {
  const auto is_same_attribute =
      OBJ_cmp(X509_NAME_ENTRY_get_object(entry), X509_NAME_ENTRY_get_object(pattern)) == 0 &&
      X509_NAME_ENTRY_set(entry) == X509_NAME_ENTRY_set(pattern);
  if (!is_same_attribute) return false;
  if (utf8_of(X509_NAME_ENTRY_get_data(pattern)) == "*") return true;
  return X509_NAME_cmp(alone(entry).get(), alone(pattern).get()) == 0;
}

}  // namespace

auto parse_distinguished_name(std::string_view text) -> Result<Bytes> {
  Reader reader(text);
  if (!reader.more()) return failure(Code::bad_value, reader.at());
  const X509Handle<X509_NAME> name(X509_NAME_new());
  while (reader.more()) {
    const auto at = reader.at();
    const auto object = object_of(TRY(reader.word()));
    if (object == nullptr) return failure(Code::bad_value, at);
    const auto begin = reader.at();
    const auto value = TRY(reader.value());
    if (value.empty() || !add(name.get(), object.get(), value)) {
      ERR_clear_error();
      return failure(Code::bad_value, begin);
    }
  }
  return to_der<X509_NAME>(i2d_X509_NAME, name.get());
}

auto distinguished_name_text(View der) -> std::string {
  const auto name = from_der<X509_NAME>(d2i_X509_NAME, der);
  if (name == nullptr) return "?";
  std::string text;
  for (int i = 0; i < X509_NAME_entry_count(name.get()); ++i) {
    if (i != 0) text += ", ";
    text += entry_text(X509_NAME_get_entry(name.get(), i));
  }
  return text;
}

auto distinguished_name_matches(View der, View pattern) -> bool {
  const auto name = from_der<X509_NAME>(d2i_X509_NAME, der);
  const auto wanted = from_der<X509_NAME>(d2i_X509_NAME, pattern);
  if (name == nullptr || wanted == nullptr) return false;
  const auto count = X509_NAME_entry_count(name.get());
  if (count != X509_NAME_entry_count(wanted.get())) return false;
  for (int i = 0; i < count; ++i) {
    if (!matches(X509_NAME_get_entry(name.get(), i), X509_NAME_get_entry(wanted.get(), i))) {
      return false;
    }
  }
  return true;
}

}  // namespace esplanade::crypto
