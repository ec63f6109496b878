//! Strings that somebody may put where a name belongs, each of another kind.

/// All of them, each with what it tries. Whatever runs sets `hostile`.
pub(crate) fn corpus() -> Vec<(&'static str, String)> {
    let mut corpus: Vec<(&str, String)> = WRITTEN
        .iter()
        .map(|(kind, text)| (*kind, (*text).to_owned()))
        .collect();
    let long = |kind, part: &str, times| (kind, part.repeat(times));
    corpus.extend([
        long("10 KB without a space", "W", 10_240),
        long("10 KB of words", "long ", 2_048),
        long("10 KB of one emoji", "🦒", 2_560),
        long("10 KB of Hangul", "한", 3_413),
        long("10 KB of marks on one letter", "\u{311}", 5_120),
        long("10 KB of joiners", "\u{200D}", 3_413),
        long("128 wide letters, as long as a name may be", "W", 128),
        long("a hundred lines", "line\n", 100),
    ]);
    corpus
}

const WRITTEN: &[(&str, &str)] = &[
    ("a script", "<script>hostile=1</script>"),
    (
        "a script that ends another",
        "</script><script>hostile=1</script>",
    ),
    ("a picture that fails", "<img src=x onerror=hostile=1>"),
    ("SVG that loads", "<svg/onload=hostile=1>"),
    (
        "SVG with a script in another namespace",
        "<svg><script xlink:href=data:,hostile=1></script>",
    ),
    (
        "a frame",
        "<iframe srcdoc='<script>parent.hostile=1</script>'></iframe>",
    ),
    (
        "the end of an attribute",
        "\" autofocus onfocus=hostile=1 x=\"",
    ),
    (
        "the end of an attribute in single quotes",
        "' onmouseover='hostile=1",
    ),
    ("an attribute without quotes", "x onclick=hostile=1"),
    (
        "an element that opens itself",
        "<details open ontoggle=hostile=1>",
    ),
    ("a comment that swallows the rest", "<!-- <b>"),
    ("the end of a comment", "--><script>hostile=1</script>"),
    ("CDATA", "<![CDATA[<script>hostile=1</script>]]>"),
    ("the end of a title", "</title><script>hostile=1</script>"),
    (
        "MathML that turns into HTML",
        "<math><mtext><table><mglyph><style><img src onerror=hostile=1>",
    ),
    ("a base for all addresses", "<base href=//hostile.example/>"),
    (
        "a refresh",
        "<meta http-equiv=refresh content='0;url=javascript:hostile=1'>",
    ),
    (
        "a form that sends elsewhere",
        "<form action=//hostile.example><button>Send",
    ),
    ("entities", "&lt;script&gt; &amp; &#60;b&#62; &nbsp;&colon;"),
    ("a javascript: address", "javascript:hostile=1"),
    (
        "a javascript: address with a line end in it",
        "java\nscript:hostile=1",
    ),
    (
        "a data: address",
        "data:text/html,<script>hostile=1</script>",
    ),
    ("CSS", "</style><style>*{display:none!important}"),
    ("a CSS address", "red;background:url(//hostile.example/x)"),
    ("a CSS selector", "\"],*,[x=\"\\27"),
    (
        "a template in braces",
        "{{constructor.constructor('hostile=1')()}}",
    ),
    ("a template in dollars", "${hostile=1}`${hostile=1}"),
    (
        "a template of a server",
        "<%= hostile %> <?php hostile ?> #{hostile}",
    ),
    ("a format", "%s%s%n%x %1$s {0} {} {:?}"),
    ("a shell", "$(reboot); `reboot` | reboot && reboot"),
    ("SQL", "Robert'); DROP TABLE counts;--"),
    ("JSON", "\",\"capacity\":99999999,\"x\":\""),
    ("a path", "../../../../etc/passwd"),
    ("a path of another system", "..\\..\\C:\\CON.txt"),
    (
        "a path that is encoded",
        "%2e%2e%2f%00%0d%0aSet-Cookie:%20x",
    ),
    ("the prototype of objects", "__proto__"),
    ("a constructor", "constructor"),
    ("a method of objects", "toString"),
    ("a number too large", "1e999"),
    ("not a number", "NaN"),
    ("null", "null"),
    ("true", "true"),
    ("an object", "[object Object]"),
    (
        "a spreadsheet's formula",
        "=HYPERLINK(\"//hostile.example\",\"Gate\")",
    ),
    ("a broker's own topic", "$SYS/broker/version"),
    ("topic wildcards", "a/+/b/#"),
    ("NUL", "before\0after"),
    (
        "control characters",
        "\u{1}\u{7}\u{8}\u{b}\u{1b}[31mred\u{1b}[0m\u{7f}\u{85}\u{9b}",
    ),
    (
        "ends of lines that look like another line",
        "Gate\r\nOffline since 00:00\u{2028}Alarm\u{2029}Alarm",
    ),
    ("a turn to right to left", "\u{202E}gnp.etag"),
    (
        "a turn that is not ended",
        "Gate \u{202D}\u{202B}\u{2067}open",
    ),
    (
        "the end of an isolate that was not begun",
        "Gate\u{2069}\u{202C} \u{200F}1,204",
    ),
    ("Arabic", "البوابة 1 (شمال)"),
    ("Hebrew with numbers at its ends", "12 שער 34"),
    ("Syriac, Thaana and NKo", "ܬܪܥܐ ދޮރު ߘߊ"),
    (
        "spaces without width",
        "Ga\u{200B}te\u{2060}\u{FEFF} 1\u{AD}2",
    ),
    ("nothing to see", "\u{3164}\u{115F}\u{2800}\u{200E}\u{2063}"),
    ("only joiners", "\u{200D}\u{200C}\u{FE0F}"),
    ("a mark of byte order", "\u{FEFF}Gate"),
    ("tags that nobody sees", "Gate\u{E0068}\u{E0069}\u{E007F}"),
    (
        "piled marks",
        "Z\u{351}\u{36B}\u{343}\u{36A}\u{302}\u{36B}\u{33D}\u{34F}\u{334}\u{319}\u{324}\u{31E}\u{349}\u{35A}\u{32F}\u{31E}\u{320}\u{34D}A\u{36B}\u{357}\u{334}\u{362}\u{335}\u{31C}\u{330}\u{354}L",
    ),
    (
        "piled Thai vowels",
        "ก\u{E47}\u{E47}\u{E47}\u{E47}\u{E47}\u{E47}\u{E47}\u{E47}\u{E47}\u{E47}\u{E47}\u{E47}\u{E47}\u{E47}\u{E47}\u{E47}",
    ),
    (
        "Thai without a space",
        "ประตูทางเข้าด้านทิศเหนือของห้างสรรพสินค้าริมแม่น้ำที่ใหญ่ที่สุดในจังหวัด",
    ),
    (
        "Hangul in single letters",
        "\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF} ㅎㅏㄴㄱㅡㄹ",
    ),
    (
        "Chinese without a space",
        "購物中心北側主要入口一樓自動門人流計數攝影機第一號裝置（測試用途請勿移除）",
    ),
    ("an emoji of several", "👨‍👩‍👧‍👦🏳️‍🌈👩🏽‍🚀"),
    ("flags", "🇰🇷🇩🇪🏴󠁧󠁢󠁥󠁮󠁧󠁿🇦"),
    ("letters outside of the first plane", "𝕲𝖆𝖙𝖊 𓀀𓁐 𠜎𠜱"),
    ("letters that look like others", "Gаtе １ ⅼ"),
    ("a ligature as wide as a line", "﷽﷽﷽﷽"),
    ("private use", "\u{E000}\u{F8FF}\u{F0000}\u{10FFFD}"),
    (
        "characters that are none",
        "\u{FFFE}\u{FFFF}\u{FDD0}\u{1FFFF}",
    ),
    (
        "an annotation between lines",
        "\u{FFF9}Gate\u{FFFA}Alarm\u{FFFB}",
    ),
    ("our own mark for what is not seen", "\u{FFFD}\u{FFFD}"),
    ("letters that grow when they change case", "ßİŉǰΐﬃ"),
    (
        "spaces of all widths",
        "\u{A0}\u{2003}\u{3000}Gate\u{1680}1\u{202F}\u{205F}",
    ),
];

#[test]
fn at_least_fifty_each_of_another_kind() {
    let corpus = corpus();
    let kinds: std::collections::BTreeSet<_> = corpus.iter().map(|(kind, _)| kind).collect();
    let texts: std::collections::BTreeSet<_> = corpus.iter().map(|(_, text)| text).collect();
    assert!(kinds.len() >= 50 && kinds.len() == corpus.len() && texts.len() == corpus.len());
}
