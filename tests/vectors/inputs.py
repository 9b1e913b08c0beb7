"""Paths, queries and headers that something went wrong with somewhere, or could: the fixed part of the vectors."""

from __future__ import annotations

ACCEPTS = (
    "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
    "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
    "image/webp,image/avif,image/jxl,image/heic,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5",
    "image/webp,*/*", "*/*", "", "image/*", "IMAGE/WEBP", "image/avif", "image/avif,image/webp;q=0", "text/html",
    "image/avif;q=0.5,image/webp;q=0.9", "image/jpeg,image/webp;q=0.8,image/avif;q=0.8", "image/webp;q=1.001",
    "image/png;q=0.9, image/webp ; q=0.9 , image/avif;Q=0.9", "image/webp;q=.5", "image/webp;level=1;q=0.2,image/jpeg",
    "image/webp;q=0.1,image/webp;q=0.7,image/avif;q=0.3", "image/webp;q", "image/webp;q=0.", ",,;q=1,image/webp",
    "x" * 1020 + ",image/webp",
)  # fmt: skip
STEMS = (
    "photo", "images/photo", "a-b_c.d/e", "1", "x.y", "caf\xe9", "cafe\u0301", "\u0442\u0435\u0441\u0442",
    "\u0438\u0306", "\u65e5\u672c", "\u304c", "\u304b\u3099", "\ud55c\uae00", "\u1112\u1161\u11ab",
    "\u0e01\u0e38\u0e49", "\u0939\u093f\u0928\u094d\u0926\u0940", "\U0001f600", "\u212b", "a b", "a+b", "a(1)", "it's!",
    "100%", "\u2026", "a&b=c", "\xfc/\xf6/\xe4", "q\u0307\u0323", "\u0344", "\u0958", "\u1e69", "s\u0323\u0307",
    "\u03b1\u0301", "\u05e9\u05c1", "\u0645\u064e\u0651", "a" * 200, "b/" * 20 + "c", "\u00e4" * 120, "\u00e4" * 130,
    "d" * 251, "d" * 252, "e/" * 250 + "f", "g/" * 260 + "h", "\U0001f600" * 70,
    "\u064b", "\u05b0z", "z\u05b0\u064b", "z\u05b0/\u064b",
)  # fmt: skip
BAD_STEMS = (
    "", ".", "..", "a//b", "a/./b", "../a", "/a", "a/", "a~b", "a*b", "a\\b", "a\nb", "\x00", "\x7f", "\x85", "a.jpg/b",
    "a.JPG/b",
)  # fmt: skip
ENDINGS = (
    "", ".txt", ".jpg ", ".jpgx", ".svg", "jpg", ".jpg/", ".\u0131pg", ".JPE\u212aG", ".Jpg", ".JPEG", ".t\u0131ff",
)  # fmt: skip
PATHS = (
    "/%", "/a%.jpg", "/a%2.jpg", "/a%zz.jpg", "/%C3.jpg", "/%FF.jpg", "/%C0%80.jpg", "/%ED%A0%80.jpg",
    "/%F4%90%80%80.jpg", "/a%2fb.jpg", "/a%2Fb.jpg", "/%2e%2e/a.jpg", "/%2E/a.jpg", "/%252e/a.jpg", "/a%2525.jpg",
    "/photo.jp%67", "/ph%6Fto.jpg", "/caf%c3%a9.jpg", "/café.jpg", "/café%20.jpg", "/%5C.jpg", "/%7E.jpg", "/a%2Ab.jpg",
    "/%0A.jpg", "/a.jpg%0A", "/%00.jpg", "/a.jpg%00", "/%C2%80.jpg", "/%C2%A0.jpg", "/", "photo.jpg", "/a;b.jpg",
    "/a:@$,.jpg", "", "/" + "a" * 9000 + ".jpg", "/" + "%61" * 2731 + ".jpg",
)  # fmt: skip
QUERIES = (
    "&", "&&w=300&", "w", "w=", "=", "=300", "w==300", "w=300=", "w=300&w=300", "w=300&width=300", "W=300",
    "w=%33%30%30", "%77=300", "%2577=300", "w=%2533", "w=300%0A", "w=%C3%A9", "w=%FF", "w=%", "w=%3", "w=é", "é=1",
    "w=%D9%A3", "w=+300", "w=%20300", "w=3e2", "w=0300", "w=00000000300", "w=0000000300", "w=-1", "w=9999999999",
    "w=10000000000", "w=300.0", "h=0", "w=0&h=0", "w=0&h=300", "w=4096", "w=4097", "w=300&amp;h=300",
    "w=300&amp;amp;h=300", "amp;w=300", "w=300&amp;", "w=300&amp", "&amp;w=300", "constructor=1", "__proto__=1",
    "toString=1", "hasOwnProperty=1", "0=1", "14=1", "order=1", "version=01234567", "v=01234567", "v=0123456",
    "v=0123456G", "v=0123456a", "utm_=1", "utm_source=x", "utm=1", "UTM_source=x", "utm_%FF=%FF", "_=1", "__=1",
    "fbclid=%E0", "gclid", "%5F=1", "f=auto", "f=basic", "f=avif&f=webp", "format=png", "f=PNG", "p=card", "p=card.3",
    "preset=card.03", "p=card.", "p=.3", "p=-a", "p=a-", "p=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "p=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "p=card.999999999", "p=card.1000000000", "p=card.3&w=300",
    "w=abc&p=card", "p=card&v=00000000&f=png", "p=card&e=1", "p=", "p=card&q=1", "p=card&utm_x=1", "p=Card",
    "p=card.3.4", "e=1", "e=01", "e=99999999999", "e=100000000000", "s=", "s=k2.AAAAAAAAAAAAAAAAAAAAAA",
    "s=nobody.AAAAAAAAAAAAAAAAAAAAAA", "s=k2.AAAAAAAAAAAAAAAAAAAAA", "s=k2.AAAAAAAAAAAAAAAAAAAAAAA",
    "w=333&s=k2.AAAAAAAAAAAAAAAAAAAAAA&e=1", "g=0.5,0.5", "g=0.31,0.42", "g=1,1", "g=0,0", "g=.5,.5", "g=1.0,01",
    "g=,1", "g=0.5", "g=0.5,0.5,0.5", "g=1.1,0", "g=.,0", "g=0.1234567,0", "g=00.5,0", "g=000.5,0", "g=-0.1,0",
    "g=north,0", "g=0,5e-1", "g=%30.5%2C0.5", "fit=", "fit=cover", "fit=cover&w=300",
    "fit=contain&w=300&h=300&g=center", "fit=contain&w=300&h=300&g=east", "fit=contain&w=300&h=300&g=0,0",
    "fit=inside&w=300&h=300&g=0,0", "bg=FFF", "bg=FFFFFF", "bg=ffffffff", "bg=FF0000FF", "bg=ff000080", "bg=ff00008",
    "bg=K00000", "rotate=-0", "rotate=-90", "rotate=+90", "rotate=361", "rotate=-361", "rotate=0360", "rotate=360",
    "rotate=-1", "flip=1&flop=1", "flip=1&rotate=180", "flop=1&rotate=270", "flip=1&flop=1&rotate=90", "flip=2",
    "flip=true", "flip=01", "up=1", "up=1&w=300", "q=75", "q=0", "q=1", "q=100", "q=101", "blur=0", "blur=100",
    "blur=101", "blur=0.5", "sharpen=10", "sharpen=11", "trim=255", "trim=256", "grayscale=1", "grayscale=0",
    "w=333333333333333333333333333333333333333333333333333333333333",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx=1", "w=300&h=300&fit=fill", "w=300&h=200",
    "w=50&h=38", "w=50&h=37", "w=2560&h=2560", "p=" + "a" * 50, "p=" + "a" * 51, "w=300&utm_x=" + "y" * 1900,
    "w" * 2048, "w" * 2049, "utm_a=1&" * 250, "w=" + "3" * 60, "x" * 60 + "=1",
    "w=300&v=0123abcd", "w=300&h=200&v=0123abcd", "w=300&h=201", "w=301&h=300", "h=200&f=webp", "f=webp&v=0123abcd",
    "v=0123abcd&f=webp", "v=0123abcd&w=300", "h=200&w=300", "w=300&", "w=300&f=auto", "w=300&p=card", "w=010", "w=9999",
    "w=99999", "p=card.3&f=webp&v=0123abcd", "p=card&f=gif", "p=a", "p=a.1", "p=0-0", "w=300&w=300&v=0123abcd",
)  # fmt: skip
