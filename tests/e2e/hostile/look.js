// What is on the page that no text may bring there, and what does not stay where it belongs.
const found = [];

if (window.hostile !== undefined || {}.hostile !== undefined || {}.capacity !== undefined) found.push('a script ran');
for (const element of document.querySelectorAll('*')) {
    const name = element.localName;
    // What is folded away in a form of ours is told by its class.
    const isOurs = element.matches('details.more');
    if (!isOurs && /^(img|iframe|frame|object|embed|base|style|audio|video|math|details|mglyph)$/.test(name) ||
        name === 'script' && element.getAttribute('src') !== 'boot.js' ||
        name === 'meta' && element.httpEquiv)
        found.push(`an element: ${element.outerHTML.slice(0, 200)}`);
    for (const { name: key, value } of element.attributes) {
        const isAddress = /^(href|src|action|xlink:href|formaction)$/.test(key);
        if (/^on/.test(key) || isAddress && /^\s*(javascript|data|\/\/)/.test(value) && value !== 'data:,')
            found.push(`an attribute: ${key}=${value.slice(0, 200)}`);
    }
}

// No text turns or hides what stands beside it: what would is marked, and isolates are ended.
const unseen = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u115f\u1160\u200b\u202a-\u202e\u2060-\u2067\u206a-\u206f\u3164\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe\uffff]/;
const check = (text, where) => {
    if (unseen.test(text)) found.push(`a character that is not seen, ${where}: ${JSON.stringify(text.slice(0, 200))}`);
    let open = 0;
    for (const letter of text) {
        if (letter === '\u2068') open++;
        if (letter === '\u2069' && --open < 0) break;
    }
    if (open !== 0) found.push(`an isolate without its end, ${where}: ${JSON.stringify(text.slice(0, 200))}`);
    // Arabic and Hebrew among our own words only within an isolate.
    if (/[\u0590-\u08ff]/.test(text.replace(/\u2068[^\u2069]*\u2069/g, '')))
        found.push(`letters that turn what is beside them, ${where}: ${JSON.stringify(text.slice(0, 200))}`);
};
const texts = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
for (let node; (node = texts.nextNode());) check(node.data, node.parentElement.outerHTML.slice(0, 60));
for (const element of document.querySelectorAll('[title],[aria-label],[placeholder]'))
    for (const key of ['title', 'aria-label', 'placeholder'])
        for (const line of (element.getAttribute(key) ?? '').split('\n')) check(line, key);

// Nothing is wider than the window, and nothing sticks out of what it lies in.
const width = document.documentElement.clientWidth;
if (document.documentElement.scrollWidth > width)
    found.push(`the document is ${document.documentElement.scrollWidth} wide in ${width}`);
for (const element of document.querySelectorAll('.page *, .sheet, .sheet *')) {
    // Tables scroll within themselves, and what is only read aloud is a point.
    if (element.scrollWidth <= element.clientWidth || element.matches('.chart__table, .doors__list, .unseen')) continue;
    if (/auto|scroll/.test(getComputedStyle(element).overflowX))
        found.push(`scrolls sideways, ${element.scrollWidth} in ${element.clientWidth}: ${element.outerHTML.slice(0, 80)}`);
}
for (const sheet of document.querySelectorAll('.sheet[open]')) {
    const { left, right } = sheet.getBoundingClientRect();
    if (left < 0 || right > width) found.push(`the sheet lies from ${left} to ${right} in ${width}`);
    if (sheet.scrollHeight > sheet.clientHeight) found.push(`the sheet is ${sheet.scrollHeight} high in ${sheet.clientHeight}`);
}
const clips = element => {
    const style = getComputedStyle(element);
    return style.overflowX !== 'visible' || style.clipPath !== 'none';
};
const boxes = '.bar, .strip, .card, .device, .link, .sheet__head, .sheet__body, .sheet__foot, .section, .profile, .odd__item, .verdict, .field, .welcome__box, .welcome';
for (const box of document.querySelectorAll(boxes)) {
    const outer = box.getBoundingClientRect();
    if (outer.width === 0) continue;
    const scrolls = clips(box);
    for (const element of box.querySelectorAll('*')) {
        let covered = clips(element) && element.matches('.unseen');
        for (let up = element.parentElement; !covered && up !== box; up = up.parentElement) covered = clips(up);
        if (covered || element.closest('svg, option')) continue;
        const inner = element.getBoundingClientRect();
        if (inner.width === 0) continue;
        const sticks = inner.left < outer.left - 1 || inner.right > outer.right + 1 ||
            !scrolls && (inner.top < outer.top - 1 || inner.bottom > outer.bottom + 1);
        if (sticks) found.push(`sticks out of .${box.className}: ${element.outerHTML.slice(0, 160)}`);
    }
}
return found.slice(0, 20);
