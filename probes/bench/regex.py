"""This file searches text with regular expressions: alternatives, groups, substitution by a function, compiling."""
import re

TEXT = ' '.join('Entry %d: mail user%d@example.org on 2024-%02d-%02d at %d.5 EUR;' % (i, i, i % 12 + 1, i % 28 + 1, i) for i in range(30))
MAIL = re.compile(r'([a-z]+\d*)@([a-z.]+)')
DATE = re.compile(r'(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)')
WORD = re.compile(r'\b(?:Entry|mail|on|at|EUR)\b', re.I)


def run(loops):
    for _ in range(loops):
        total = len(MAIL.findall(TEXT)) + len(WORD.split(TEXT))
        total += sum(int(match.group('day')) for match in DATE.finditer(TEXT))
        total += len(DATE.sub(lambda match: match.group('day') + '.' + match.group('month') + '.', TEXT))
        if hasattr(re, 'purge'):
            re.purge()
        total += re.compile(r'(a|b)*c+[d-f]{2,3}(?=g)').match('ababccdefg').end()
    return total
