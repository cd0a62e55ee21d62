import pytest

USAGE = "context.Response.Body.As<JObject>(preserveContent: true)"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (f'(int){USAGE}["usage"]["total_tokens"]', 12),
        (f'(string){USAGE}["usage"]["total_tokens"]', "12"),
        (f'(double){USAGE}["choices"][1]', 2.5),
        (f'(bool){USAGE}["ok"]', True),
        (f'(string){USAGE}["nope"]', None),
        (f'(int?){USAGE}["nope"]', None),
        (f'(string){USAGE}["choices"][3]', None),
        (f'{USAGE}["nope"] == null', True),
        (f'{USAGE}["choices"][3] == null', False),
        (f'{USAGE}.SelectToken("usage.total_tokens").ToString()', "12"),
        (f'{USAGE}.SelectToken("usage.nope")?.ToString() ?? "none"', "none"),
        (f'{USAGE}.Value<bool>("ok")', True),
        (f'{USAGE}["usage"].Value<int>("total_tokens")', 12),
        (f'{USAGE}["usage"].Value<int>("nope")', 0),
        (f'{USAGE}["usage"].Value<string>("nope")', None),
        (f'{USAGE}["usage"]["total_tokens"].Value<string>()', "12"),
        (f'{USAGE}.Value<JArray>("choices").Count', 4),
        (f"{USAGE}.Count", 3),
        (f'{USAGE}.ContainsKey("usage")', True),
        (f'{USAGE}.TryGetValue("usage", out var u) ? u.ToString().Length > 2 : false', True),
        (f'{USAGE}["usage"] is JObject && !({USAGE}["usage"] is JArray)', True),
        (f'((JArray){USAGE}["choices"])[2].ToString()', "x"),
        ('(int)JToken.Parse("\\"12\\"")', 12),
        ('(int)JToken.Parse("2.5")', 2),
        ('(string)JToken.Parse("1.5")', "1.5"),
        ('(string)JToken.Parse("true")', "True"),
        ('new JArray(1, "a", null).ToString()', '[\r\n  1,\r\n  "a",\r\n  null\r\n]'),
        ('new JArray(new[] { "a", "b" }).Count', 2),
        ('new JObject(new JProperty("a", 1), new JProperty("b", new JArray())).Count', 2),
        ('new JProperty("a", 1, 2).Value.ToString()', "[\r\n  1,\r\n  2\r\n]"),
        ('new JProperty("a", "x").Name', "a"),
        ('new JProperty("a", "x").ToString()', '"a": "x"'),
        ("new JValue(5).Value.ToString()", "5"),
        ('JArray.Parse("[1, 2]").Count', 2),
        ('JObject.Parse("{}").HasValues', False),
        ('JToken.DeepEquals(JToken.Parse("[1]"), new JArray(1))', True),
        ('JObject.Parse("{\\"a\\": 1}").First.ToString()', '"a": 1'),
        ('JToken.FromObject("a").ToString()', "a"),
    ],
)
def test_json_members(evaluate, source, expected):
    found = evaluate(f"@({source})")

    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (f'(int){USAGE}["nope"]', "Value cannot be null. (Parameter 'value')"),
        (f'(bool){USAGE}["nope"]', "Value cannot be null. (Parameter 'value')"),
        ('(int)JToken.Parse("null")', "Can not convert Null to Int32."),
        ('JObject.Parse("")', "Error reading JObject from JsonReader. Path '', line 0, position 0."),
        ("JArray.Parse(null)", "Value cannot be null. (Parameter 's')"),
        (
            "JToken.Parse(new string('9', 5000))",
            f"JSON integer {'9' * 5000} is too large to parse. Path '', line 1, position 5000.",
        ),
        (
            "(decimal)JToken.Parse(new string('9', 380))",
            "Value was either too large or too small for a Decimal.",
        ),
        (f'(int){USAGE}["usage"]', "Can not convert Object to Int32."),
        (f'(string){USAGE}["usage"]', "Can not convert Object to String."),
        (f'(string){USAGE}["choices"]', "Can not convert Array to String."),
        (f'(int){USAGE}["choices"][3]', "Can not convert Null to Int32."),
        (f'(int){USAGE}["choices"][2]', "Input string was not in a correct format."),
        (f'{USAGE}["nope"]["x"]', "Object reference not set to an instance of an object."),
        (
            f'{USAGE}["ok"]["x"]',
            "Cannot access child value on Newtonsoft.Json.Linq.JValue.",
        ),
        (
            f'(JObject){USAGE}["choices"]',
            "Unable to cast object of type 'Newtonsoft.Json.Linq.JArray' to type 'Newtonsoft.Json.Linq.JObject'.",
        ),
        (f'{USAGE}.SelectToken("nope", true)', "Property 'nope' does not exist on JObject."),
        (
            "new JObject(1)",
            "Can not add Newtonsoft.Json.Linq.JValue to Newtonsoft.Json.Linq.JObject.",
        ),
    ],
)
def test_json_members_that_throw(thrown, source, message):
    assert thrown(f"@({source})") == message


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (
            'var o = new JObject(); o["a"] = 1; o["b"] = "x"; o["c"] = true; o["d"] = null; return o;',
            '{"a":1,"b":"x","c":true,"d":null}',
        ),
        ('var o = new JObject(); o.Add("a", 1); o.Add(new JProperty("b", 2)); return o;', '{"a":1,"b":2}'),
        ('var o = JObject.Parse("{\\"a\\":1,\\"b\\":2}"); o.Remove("a"); return o;', '{"b":2}'),
        ('var a = new JArray(); a.Add(1); a.Add(new JObject()); a[0] = "x"; return a;', '["x",{}]'),
        ('JToken t = JObject.Parse("{\\"a\\":{}}"); t["a"]["b"] = 1.5; return t;', '{"a":{"b":1.5}}'),
        (
            'var o = new JObject(); var i = new JObject(); o["a"] = i; o["b"] = i; i["x"] = 1; return o;',
            '{"a":{"x":1},"b":{}}',
        ),
        ('var o = JObject.Parse("{\\"a\\":1}"); o.Property("a").Value = 2; return o;', '{"a":2}'),
        ('var o = new JObject(); o["a"] = "x"; o["a"] += "y"; return o;', '{"a":"xy"}'),
        ("var a = new JArray(); a.Add(a); return a;", "[[]]"),
        ('var o = new JObject(); o["a"] = new JArray(o, null); return o;', '{"a":[{},null]}'),
        ("return new JArray(new object[0]);", "[]"),
        ("return new JArray((object)null);", "[null]"),
    ],
)
def test_json_is_changed(evaluate, block, expected):
    from apim_lab.newtonsoft.tokens import write_json

    assert write_json(evaluate(f"@{{ {block} }}"), indented=False) == expected


def test_value_of_a_type_that_no_token_has_is_null_where_it_is_missing(evaluate):
    assert evaluate('@(new JObject().Value<IResponse>("a"))') is None


@pytest.mark.parametrize(
    ("formatting", "expected"),
    [
        ("Formatting.None", '{"a":[1]}'),
        ("Newtonsoft.Json.Formatting.None", '{"a":[1]}'),
        ("Formatting.Indented", '{\r\n  "a": [\r\n    1\r\n  ]\r\n}'),
    ],
)
def test_a_token_is_written_as_it_is_asked_for(evaluate, formatting, expected):
    assert evaluate(f'@(new JObject(new JProperty("a", new JArray(1))).ToString({formatting}))') == expected


def test_a_property_is_written_without_white_space(evaluate):
    assert evaluate('@(new JProperty("a", 1).ToString(Formatting.None))') == '"a":1'
