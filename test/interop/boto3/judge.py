"""Holds every answer of a server against the service models that botocore ships, on the bytes and before they are parsed.

botocore's own parsers are lenient: what they do not know they drop, and what is missing they leave out. So each answer
is read here once more: members that the model does not have, members that it requires and that are missing, values of
another type or outside their enum, a status other than the modelled one, and errors that the operation does not declare.
"""

import base64
import binascii
import json
import re
from xml.etree import ElementTree

# What any operation may answer, in the services' own spelling; the models leave these out.
COMMON_ERRORS = {
    'AccessDenied', 'AccessDeniedException', 'ValidationError', 'ValidationException', 'SerializationException',
    'InvalidParameterException', 'ThrottlingException', 'UnrecognizedClientException',
}

# Where AWS itself departs from its models (its recorded answers show these).
DEPARTURES = (
    "lambda DeleteFunction: status 204 instead of 200",
    "LastUpdateStatusReasonCode: 'Creating' is none of",
    "responseTemplates{}: is null",
    "PermissionsBoundaryType: 'Policy' is none of",
    "GetFunctionCodeSigningConfig: lacks 'CodeSigningConfigArn'",
)

XML_TIME = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z')


class Judge:
    """Collects faults, and which operations have answered with success and which have refused."""

    def __init__(self):
        self.faults = []
        self.succeeded = set()
        self.refused = set()

    def attach(self, client):
        client.meta.events.register('before-parse', self._see)

    def _see(self, operation_model, response_dict, **_):
        service = operation_model.service_model.service_name
        self._where = f'{service} {operation_model.name}'
        status = response_dict['status_code']
        if status >= 300:
            self.refused.add((service, operation_model.name))
            self._error(operation_model, response_dict)
            return
        self.succeeded.add((service, operation_model.name))
        modelled = operation_model.http.get('responseCode', 200)
        # Invoke answers 200, 202 or 204 by its type of invocation; the model knows one.
        if status != modelled and operation_model.name != 'Invoke':
            self._fault('', f'status {status} instead of {modelled}')
        protocol = operation_model.service_model.protocol
        shape = operation_model.output_shape
        if protocol == 'query':
            self._query(operation_model, shape, response_dict['body'])
        elif protocol == 'rest-json':
            self._rest(shape, response_dict)
        else:
            self._whole_json(shape, response_dict['body'])

    def _fault(self, path, what):
        fault = f'{self._where}{path}: {what}'
        is_known = any(departure in fault for departure in DEPARTURES)
        if not is_known and fault not in self.faults:
            self.faults.append(fault)

    # Errors -----------------------------------------------------------------------------------------------------------

    def _error(self, operation_model, response):
        status, body = response['status_code'], response['body']
        if b'does not serve' in body:
            return
        if operation_model.service_model.protocol == 'query':
            root = without_namespaces(ElementTree.fromstring(body))
            code = root.findtext('Error/Code')
            if not root.findtext('Error/Message') or not root.findtext('RequestId'):
                self._fault('', f'error {code} without message or request id')
        else:
            members = json.loads(body)
            code = response['headers'].get('x-amzn-errortype') or members.get('__type', '')
            code = code.split('#')[-1].split(':')[0]
            if not (members.get('message') or members.get('Message')):
                self._fault('', f'error {code} without message')
        if status >= 500:
            self._fault('', f'status {status} {code}')
        declared = {shape.error_code: shape for shape in operation_model.error_shapes}
        declared.update({shape.name: shape for shape in operation_model.error_shapes})
        if code not in declared:
            if code not in COMMON_ERRORS:
                self._fault('', f'error {code} ({status}) is none that the operation declares')
            return
        modelled = declared[code].metadata.get('error', {}).get('httpStatusCode')
        if modelled and modelled != status:
            self._fault('', f'error {code} with status {status} instead of {modelled}')

    # JSON -------------------------------------------------------------------------------------------------------------

    def _whole_json(self, shape, body):
        if shape is None:
            if body not in (b'', b'{}'):
                self._fault('', f'{body[:60]!r} where nothing is modelled')
            return
        self._json(shape, json.loads(body), '')

    def _rest(self, shape, response):
        body = response['body'] if isinstance(response['body'], bytes) else None
        if shape is None:
            if body:
                self._fault('', f'{body[:60]!r} where nothing is modelled')
            return
        in_body = {}
        for name, member in shape.members.items():
            location = member.serialization.get('location')
            if location is None:
                in_body[name] = member
            elif location == 'header' and name in shape.required_members:
                if member.serialization.get('name', name) not in response['headers']:
                    self._fault('', f'header {name} is missing')
        if shape.serialization.get('payload'):
            return
        if not in_body:
            if body not in (b'', b'{}', None):
                self._fault('', f'{body[:60]!r} where nothing is modelled')
            return
        self._members(shape, in_body, json.loads(body), '')

    def _members(self, shape, members, value, path):
        if not isinstance(value, dict):
            self._fault(path, f'{type(value).__name__} where a structure belongs')
            return
        by_wire_name = {member.serialization.get('name', name): (name, member) for name, member in members.items()}
        for key, item in value.items():
            if key not in by_wire_name:
                self._fault(path, f'has {key!r}, which the model does not know')
            elif item is None:
                self._fault(f'{path}.{key}', 'is null')
            else:
                self._json(by_wire_name[key][1], item, f'{path}.{key}')
        for key, (name, _) in by_wire_name.items():
            if name in shape.required_members and key not in value:
                self._fault(path, f'lacks {key!r}, which is required')
        if getattr(shape, 'is_tagged_union', False) and len(value) != 1:
            self._fault(path, f'has {len(value)} members of a union')

    def _json(self, shape, value, path):
        kind = shape.type_name
        if kind == 'structure':
            self._members(shape, shape.members, value, path)
        elif kind == 'list':
            if not isinstance(value, list):
                self._fault(path, f'{type(value).__name__} where a list belongs')
                return
            for item in value:
                self._json(shape.member, item, f'{path}[]')
        elif kind == 'map':
            if not isinstance(value, dict):
                self._fault(path, f'{type(value).__name__} where a map belongs')
                return
            for key, item in value.items():
                self._scalar(shape.key, key, f'{path}{{}}')
                if item is None:
                    self._fault(f'{path}{{}}', 'is null')
                else:
                    self._json(shape.value, item, f'{path}{{}}')
        else:
            self._scalar(shape, value, path)

    def _scalar(self, shape, value, path):
        kind = shape.type_name
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        fits = {
            'string': isinstance(value, str),
            'character': isinstance(value, str),
            'boolean': isinstance(value, bool),
            'integer': is_number and isinstance(value, int),
            'long': is_number and isinstance(value, int),
            'float': is_number,
            'double': is_number,
            'blob': isinstance(value, str) and is_base64(value),
            'timestamp': isinstance(value, str)
            if shape.serialization.get('timestampFormat') == 'iso8601'
            else is_number,
        }[kind]
        if not fits:
            self._fault(path, f'{value!r} where a {kind} belongs')
            return
        self._limits(shape, value, path)

    def _limits(self, shape, value, path):
        if getattr(shape, 'enum', None) and value not in shape.enum:
            self._fault(path, f'{value!r} is none of {shape.enum}')
        pattern = shape.metadata.get('pattern')
        if pattern and isinstance(value, str) and not matches(pattern, value):
            self._fault(path, f'{value!r} does not match {pattern}')

    # XML --------------------------------------------------------------------------------------------------------------

    def _query(self, operation_model, shape, body):
        root = without_namespaces(ElementTree.fromstring(body))
        if root.tag != f'{operation_model.name}Response':
            self._fault('', f'root element {root.tag}')
        if not root.findtext('ResponseMetadata/RequestId'):
            self._fault('', 'has no ResponseMetadata/RequestId')
        wrapper = shape.serialization.get('resultWrapper') if shape else None
        allowed = {'ResponseMetadata'} | ({wrapper} if wrapper else set())
        for child in root:
            if child.tag not in allowed:
                self._fault('', f'has {child.tag!r}, which the model does not know')
        if wrapper:
            result = root.find(wrapper)
            if result is None:
                self._fault('', f'lacks {wrapper}')
            else:
                self._xml(shape, result, '')

    def _xml(self, shape, element, path):
        kind = shape.type_name
        if kind == 'structure':
            names = {member.serialization.get('name', name): (name, member) for name, member in shape.members.items()}
            seen = [child.tag for child in element]
            for child in element:
                if child.tag not in names:
                    self._fault(path, f'has {child.tag!r}, which the model does not know')
                else:
                    self._xml(names[child.tag][1], child, f'{path}.{child.tag}')
            for tag, (name, _) in names.items():
                if name in shape.required_members and tag not in seen:
                    self._fault(path, f'lacks {tag!r}, which is required')
                if seen.count(tag) > 1:
                    self._fault(path, f'has {tag!r} more than once')
        elif kind == 'list':
            for child in element:
                if child.tag != 'member':
                    self._fault(path, f'has {child.tag!r} in a list')
                self._xml(shape.member, child, f'{path}[]')
        else:
            if len(element):
                self._fault(path, f'elements where a {kind} belongs')
            text = element.text or ''
            fits = {
                'boolean': text in ('true', 'false'),
                'integer': re.fullmatch(r'-?\d+', text) is not None,
                'long': re.fullmatch(r'-?\d+', text) is not None,
                'timestamp': XML_TIME.fullmatch(text) is not None,
            }.get(kind, True)
            if not fits:
                self._fault(path, f'{text!r} where a {kind} belongs')
            else:
                self._limits(shape, text, path)


def without_namespaces(root):
    for element in root.iter():
        element.tag = element.tag.split('}')[-1]
    return root


def is_base64(text):
    try:
        base64.b64decode(text, validate=True)
        return True
    except binascii.Error:
        return False


def matches(pattern, value):
    """The models' patterns are Java's; one that Python does not read says nothing."""
    try:
        return re.fullmatch(pattern, value, re.DOTALL) is not None
    except re.error:
        return True
