import { describe, expect, test } from '@jest/globals';
import { createPatterns } from '../../src/local/services/apigateway/invoke/java-regex.js';
import { BodyError, createInput } from '../../src/local/services/apigateway/invoke/template/input.js';
import { renderTemplate } from '../../src/local/services/apigateway/invoke/template/render.js';
import { createParser } from '../../src/local/services/apigateway/invoke/template/syntax.js';
import { util } from '../../src/local/services/apigateway/invoke/template/util.js';
import type { Value } from '../../src/local/services/apigateway/invoke/template/values.js';
import { TemplateError, WORK_LIMITS } from '../../src/local/services/apigateway/invoke/template/work.js';
import { createTimeBox } from '../../src/local/time-box.js';

const timeBox = createTimeBox();
const patterns = createPatterns(timeBox);
const tools = { parse: createParser(timeBox), patterns, limits: WORK_LIMITS };

/** The same where little is allowed, so that too much is soon reached. */
const strict = {
  parse: createParser(timeBox, 100),
  patterns,
  limits: { steps: 2_000, text: 200_000 },
};

/** Renders a template for a request with this body and one parameter of each kind. */
function render(template: string, body = '', allowed = tools): string {
  const parameters = {
    path: new Map<string, Value>([['id', 'p']]),
    querystring: new Map<string, Value>([
      ['id', 'q'],
      ['page', '2'],
    ]),
    header: new Map<string, Value>([['X-Name', 'h']]),
  };
  const variables = new Map<string, Value>([
    ['input', createInput(body, parameters)],
    ['util', util],
    [
      'context',
      new Map<string, Value>([
        ['stage', 'Prod'],
        ['identity', new Map<string, Value>([['sourceIp', '127.0.0.1']])],
        ['responseOverride', new Map<string, Value>([['header', new Map<string, Value>()]])],
      ]),
    ],
    ['stageVariables', new Map<string, Value>([['table', 'items']])],
  ]);
  return renderTemplate(template, variables, allowed);
}

const BODY =
  '{"foo":"bar","n":12345678901234567890,"d":1.0,"list":[{"a":1},{"a":2}],"2":"b","1":"a","empty":null}';

describe('$input', () => {
  test.each([
    ["$input.json('$')", '', '{}'],
    ['$input.body', '', '{}'],
    ['$input.body', '{ "a": 1 }', '{ "a": 1 }'],
    ["$input.json('$')", BODY, BODY],
    ["$input.json('$.foo')", BODY, '"bar"'],
    ["$input.json('$.missing')", BODY, '""'],
    ["$input.path('$.foo')", BODY, 'bar'],
    ["$input.path('$.missing')", BODY, ''],
    ["$input.path('$')", '{"foo":"bar","x":{"y":1}}', '{foo=bar, x={y=1}}'],
    ["$input.path('$.list')", BODY, '[{"a":1},{"a":2}]'],
    ["$input.path('$.list[0].a')", BODY, '1'],
    ["$input.path('$.list[*].a')", BODY, '[1,2]'],
    ["$input.path('$..a')", BODY, '[1,2]'],
    ["$input.path('$.list[?(@.a == 2)]')", BODY, '[{"a":2}]'],
    ["$input.path('$.list[-1:]')", BODY, '[{"a":2}]'],
    ["$input.path('$.list.length()')", BODY, '2'],
    ['$input.path("$[\'foo\']")', BODY, 'bar'],
    ["$input.path('$.n')", BODY, '12345678901234567890'],
    ["$input.path('$.d')", BODY, '1.0'],
    [
      "$input.params('id') $input.params('page') $input.params('X-Name') [$input.params('no')]",
      '',
      'p 2 h []',
    ],
    ["$input.params('x-name')", '', 'h'],
    ['$input.params().querystring', '', '{id=q, page=2}'],
    ["$input.params().path.get('id')", '', 'p'],
  ])('%s of %j is %j', (template, body, expected) => {
    expect(render(template, body)).toBe(expected);
  });

  test('refuses a body that is not JSON', () => {
    expect(() => render("$input.json('$')", '{nonsense')).toThrow(TemplateError);
  });
});

describe('$util', () => {
  test.each([
    [`$util.escapeJavaScript("it's")`, "it\\'s"],
    [`$util.escapeJavaScript("it's").replaceAll("\\\\'","'")`, "it's"],
    ["$util.escapeJavaScript($input.path('$.x'))", 'a\\"b\\n\\u00E9'],
    ['$util.parseJson(\'{"a":[1,{"b":2}]}\').a[1].b', '2'],
    ["$util.urlEncode('a b&c~')", 'a+b%26c%7E'],
    ["$util.urlDecode('x%3Da+b')", 'x=a b'],
    ["$util.base64Encode('hé')", 'aMOp'],
    ["$util.base64Decode('aMOp')", 'hé'],
  ])('%s is %j', (template, expected) => {
    expect(render(template, '{"x":"a\\"b\\n\\u00e9"}')).toBe(expected);
  });
});

describe('the language', () => {
  test.each([
    ['nothing to do: {"a": 5.00 $ #}', 'nothing to do: {"a": 5.00 $ #}'],
    ['$stageVariables.table $context.stage ${context.identity.sourceIp}', 'items Prod 127.0.0.1'],
    ['"$context.authorizer.claims" $unknown.thing $!unknown', '"" $unknown.thing '],
    [
      '#set($a = 7)#set($b = $a / 2)$b #set($c = $a / 2.0)$c #set($d = $a % 4 + 2 * 3)$d #set($e = 2.0 * 2)$e',
      '3 3.5 9 4.0',
    ],
    ['#set($s = "x$context.stage")$s #set($t = \'$s\')$t', 'xProd $s'],
    ['#set($x = "kept")#set($x = $input.path("$.no"))$x', 'kept'],
    ['#set($m = {"a": 1})#set($m.b = 2)$m.b $m.size() $m', '2 2 {a=1, b=2}'],
    ['#set($m = {"a": 1})$m.put("a", 2) $m', '1 {a=2}'],
    ['#set($m = {"a": 1})#set($ok = $m.putAll({"a": 2, "b": 3}))$m', '{a=2, b=3}'],
    ['#set($l = [1, "two"])#set($ok = $l.add(3))$l $l.size() $l[1] $l.get(2)', '[1, two, 3] 3 two 3'],
    ['#if("")empty#end#if(0)zero#end#if($no)no#end#if(!$no)not#end', 'emptyzeronot'],
    ['#if(1 == "1" && 2 > 1 || $no)yes#{else}no#end', 'yes'],
    ['#if($no == "x")a#elseif($context.stage != "Prod")b#{else}c#end', 'c'],
    ['#foreach($i in [1..3])$i$foreach.index#if($foreach.hasNext),#end#end', '10,21,32'],
    ['#foreach($k in $input.params().querystring.keySet())$k;#end', 'id;page;'],
    ['#foreach($e in $input.params().querystring.entrySet())$e.key=$e.getValue();#end', 'id=q;page=2;'],
    ['#foreach($i in [1..5])#if($i == 3)#break#end$i#end.', '12.'],
    ['#set($n = 0)#foreach($i in [1..4])#set($n = $n + $i)#end$n', '10'],
    ['#define($d)[$x]#end#set($x = 1)$d#set($x = 2)$d', '[1][2]'],
    ['#macro(pair $a $b)$a:$b #end#pair(1 "x")#pair(2 "y")', '1:x 2:y '],
    ['## a comment\ntext#* another *#', 'text'],
    ['#[[ raw $x ]]#', ' raw $x '],
  ])('renders %s', (template, expected) => {
    expect(render(template, '{}')).toBe(expected);
  });

  test.each([
    ['"abc".length()', '3'],
    ['"abc".contains("b")', 'true'],
    ['"abc".toUpperCase().substring(1)', 'BC'],
    ['"abc".substring(0, 2)', 'ab'],
    ['"abc".substring(3)', ''],
    ['"abc".charAt(2)', 'c'],
    ['"a.b.c".replace(".", "-")', 'a-b-c'],
    ['"a1b22".replaceAll("[0-9]+", "#")', 'a#b#'],
    ['"a1b22".replaceFirst("([0-9])", "<$1>")', 'a<1>b22'],
    ['"a,b,,".split(",").size()', '2'],
    ['"abc".matches("a.*")', 'true'],
    ['"abc".matches("a")', 'false'],
    ['"a".equals("a")', 'true'],
    ['"A".equalsIgnoreCase("a")', 'true'],
    ['"abcab".indexOf("b", 2)', '4'],
    ['" x ".trim()', 'x'],
    ['"".isEmpty()', 'true'],
    ['[3, 1].contains(1)', 'true'],
    ['{"a": 1}.containsKey("a")', 'true'],
  ])('knows the Java method in %s', (expression, expected) => {
    expect(
      render(
        `#set($v = ${expression.replace(/^("[^"]*"|\[[^\]]*\]|\{[^}]*\}).*$/s, '$1')})$v${expression.replace(/^("[^"]*"|\[[^\]]*\]|\{[^}]*\})/, '')}`,
      ),
    ).toBe(expected);
  });

  test.each(['substring(4)', 'substring(0, 4)', 'substring(2, 1)', 'charAt(3)'])(
    'fails as Java does of a place that is not in the text: %s',
    (call) => {
      expect(() => render(`#set($v = "abc")$v.${call}`)).toThrow(TemplateError);
    },
  );

  test("renders the console's passthrough template to JSON", () => {
    const template = `#set($allParams = $input.params())
{
"body-json" : $input.json('$'),
"params" : {
#foreach($type in $allParams.keySet())
    #set($params = $allParams.get($type))
"$type" : {
    #foreach($paramName in $params.keySet())
    "$paramName" : "$util.escapeJavaScript($params.get($paramName))"
        #if($foreach.hasNext),#end
    #end
}
    #if($foreach.hasNext),#end
#end
},
"stage-variables" : {
#foreach($key in $stageVariables.keySet())
"$key" : "$util.escapeJavaScript($stageVariables.get($key))"
    #if($foreach.hasNext),#end
#end
},
"context" : { "user" : "$context.identity.user", "source-ip" : "$context.identity.sourceIp" }
}`;

    expect(JSON.parse(render(template, '{"a":[1]}'))).toEqual({
      'body-json': { a: [1] },
      params: { path: { id: 'p' }, querystring: { id: 'q', page: '2' }, header: { 'X-Name': 'h' } },
      'stage-variables': { table: 'items' },
      context: { user: '', 'source-ip': '127.0.0.1' },
    });
  });

  test('writes overrides into the context', () => {
    const template =
      '#set($context.responseOverride.status = 400)$context.responseOverride.status#set($context.responseOverride.header["X-A"] = "b")$context.responseOverride.header';

    expect(render(template)).toBe('400{X-A=b}');
  });
});

describe('nothing of JavaScript', () => {
  test.each([
    '$input.constructor',
    '$util.constructor.constructor("return process")()',
    '$context.__proto__.polluted',
    '#set($context.__proto__.polluted = "yes")$context.polluted.length()',
    '"".constructor',
    '$input.params().header.hasOwnProperty("x")',
    "$input.path('$.__proto__')",
  ])('is within reach of %s', (template) => {
    const text = (() => {
      try {
        return render(template, '{}');
      } catch (error) {
        return String(error);
      }
    })();

    expect(text).not.toMatch(/function|native|process|true/);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

describe('a template that would not end', () => {
  const SHARED = '#set($x = "x")#foreach($i in [1..60])#set($y = [$x, $x])#set($x = $y)#end';
  const LONG =
    '#set($s = "xxxxxxxxxx")#foreach($i in [1..16])#set($s = $s + $s)#end#set($t = $s + "a")#set($s = $s + "b")';
  const WIDE = JSON.stringify({ list: Array.from({ length: 10_000 }, (_, index) => index) });

  const LOOPS = '#foreach($a in [1..900])#foreach($b in [1..900])#foreach($c in [1..900])x#end#end#end';
  const DOUBLING = '#set($s = "x")#foreach($i in [1..900])#set($s = $s + $s)#end$s';

  test.each([
    ['loops in loops', LOOPS],
    ['a text that doubles', DOUBLING],
    ['a quoted text that doubles', '#set($s = "x")#foreach($i in [1..900])#set($s = "$s$s")#end$s'],
    ['a list that doubles', '#set($l = [1])#foreach($i in [1..900])#set($ok = $l.addAll($l))#end'],
    ['a range without measure', '#foreach($i in [1..2000000000])x#end'],
    ['a macro that calls itself', '#macro(m)#m()#end#m()'],
    ['a definition that prints itself', '#define($d)$d#end$d'],
    ['a list that holds itself', '#set($l = [1])#set($ok = $l.add($l))$l'],
    ['values that share their parts', `${SHARED}$x`],
    ['shared parts that are compared', `${SHARED}#if($x == "x")y#end`],
    ['shared parts that are looked for', `${SHARED}#set($l = [1, $x])$l.contains("x")`],
    ['shared parts as a key', `${SHARED}#set($m = {})$m.put($x, 1)`],
    ['shared parts as an argument', `${SHARED}$util.urlEncode($x)`],
    [
      'JSON that shares its parts',
      "#set($x = $input.path('$'))#foreach($i in [1..60])#set($y = $util.parseJson('[]'))#set($ok = $y.add($x))#set($ok = $y.add($x))#set($x = $y)#end$x",
    ],
    [
      'replacing that makes a text long',
      '#set($s = "aaaaaaaaaa")#foreach($i in [1..40])#set($s = $s.replace("a", $s))#end$s',
    ],
    [
      'replacing by a pattern that makes a text long',
      '#set($s = "aaaaaaaaaa")#foreach($i in [1..40])#set($s = $s.replaceAll("a", $s))#end$s',
    ],
    [
      'texts that are concatenated without end',
      '#set($s = "aaaaaaaaaa")#foreach($i in [1..900])#set($s = $s.concat($s))#end$s',
    ],
    [
      'escapes of escapes',
      '#set($s = "/")#foreach($i in [1..900])#set($s = $util.escapeJavaScript($s))#end$s',
    ],
    [
      'long texts that are compared again and again',
      `${LONG}#foreach($i in [1..1000])#if($s == $t)x#end#end`,
    ],
    [
      'paths that find everything again and again',
      `#foreach($i in [1..1000])#set($x = $input.path('$..*'))#end`,
    ],
    [
      'patterns that are each just quick enough',
      '#foreach($i in [1..400])#set($x = "aaaaaaaaaaaaaaaaaaaaaa".matches("(a+)+b"))#end',
    ],
    ['an evil pattern', '#set($s = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")$s.matches("(a+)+b")'],
    ['a template that is none', '#if($x'],
    ['a template of nothing but dollars', '$'.repeat(300_000)],
    ['JSON without a bottom', `$util.parseJson('${'['.repeat(100_000)}')`],
  ])('ends in an error: %s', (_, template) => {
    expect(() => render(template, WIDE, strict)).toThrow(TemplateError);
  });

  test.each([LOOPS, DOUBLING])('ends as well within what a deployed API allows: %s', (template) => {
    expect(() => render(template)).toThrow(TemplateError);
  });

  test('is not one that has much to print', () => {
    const rows = Array.from({ length: 20_000 }, (_, id) => ({ id, name: `n${id}`, tags: ['a', 'b'] }));
    const body = JSON.stringify(rows);

    expect(render("$input.json('$')", body)).toBe(body);
    expect(render('#set($s = $input.body.replace("name", "title"))$s', body)).toBe(
      body.replaceAll('name', 'title'),
    );
  });

  test('takes no body that is values without end', () => {
    const body = `[${Array(600_000).fill('{}').join()}]`;
    expect(() => render("$input.path('$[0]')", body)).toThrow(BodyError);
  });

  test('stops a loop after a thousand rounds, as Velocity does', () => {
    expect(render('#foreach($i in [1..1500])x#end')).toHaveLength(1000);
  });
});
