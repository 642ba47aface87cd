"""Runs state machines on moto's interpreter (LocalStack's, tested by its authors against AWS) in virtual time.

Argument: the URL of the keeper of time. The keeper says what time it is, ends waits, invokes Lambda functions, and
is told of each execution's start and end. Prints one line, `port N`, and ends when its standard input does.

What is changed in moto, in this process alone:
- where Wait states and Retry intervals are waited for, and what time it is;
- where Lambda functions are invoked;
- four gaps: a second StartExecution copied running threads; $$.Execution.StartTime was no text; StopExecution lost
  its error and cause; GetExecutionHistory ignored reverseOrder and maxResults.
Not there: the state machine's own TimeoutSeconds and a Task's are counted in real seconds, and nothing limits the
number of events.
"""

import base64
import copy
import datetime
import http.client
import json
import logging
import sys
import threading
import types
import uuid
from urllib.parse import quote, urlsplit

from moto.core.config import default_user_config
from moto.server import ThreadedMotoServer
from moto.stepfunctions import responses
from moto.stepfunctions.parser import models
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state import state
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.wait.wait_function import timestamp, wait_function
from moto.stepfunctions.parser.asl.eval.event import event_manager
from moto.stepfunctions.parser.backend import execution, execution_worker

# Each request, and each failure that a state machine means to have.
logging.disable(logging.CRITICAL)

keeper = urlsplit(sys.argv[1])
now_ms = 0
here = threading.local()


def ask(path, body, headers=None):
    """One request to the keeper of time; its answer tells what time it is."""
    global now_ms
    connection = getattr(here, "connection", None)
    if connection is None:
        connection = here.connection = http.client.HTTPConnection(keeper.hostname, keeper.port)
    connection.request("POST", path, body=body, headers=headers or {})
    response = connection.getresponse()
    answer = response.read()
    now_ms = int(float(response.headers["x-now-ms"]))
    if response.status != 200:
        raise RuntimeError(f"{path}: {response.status} {answer.decode()}")
    return response, answer


def tell(what, **said):
    ask(f"/keeper/{what}", json.dumps(said))


# Time.


class Moment(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.fromtimestamp(now_ms / 1000, tz)


virtual = types.SimpleNamespace(
    datetime=Moment, timedelta=datetime.timedelta, timezone=datetime.timezone, date=datetime.date
)
for module in (event_manager, execution, models, state, timestamp):
    module.datetime = virtual


def text_of(moment):
    return moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


# Waits: a stop ends one early.

waits = {}


def wait(seconds, env=None):
    identity = str(uuid.uuid4())
    if env is not None:
        waits[id(env)] = identity
    tell("wait", id=identity, seconds=seconds)
    waits.pop(id(env), None)


wait_function.WaitFunction._wait_interval = lambda self, env, wait_seconds: wait(wait_seconds, env)
retrier_decl.time = types.SimpleNamespace(sleep=wait)


# Executions.

start, run, stop = (
    execution_worker.ExecutionWorker.start,
    execution_worker.ExecutionWorker._execution_logic,
    execution_worker.ExecutionWorker.stop,
)
environment_of = execution_worker.ExecutionWorker._get_evaluation_environment
reflect = execution.BaseExecutionWorkerCommunication._reflect_execution_status


def start_worker(self):
    held = self._execution_communication.execution
    tell("begin", name=held.name)
    # Before that, this process did not know what time it is.
    held.start_date = Moment.now(datetime.timezone.utc)
    start(self)


def run_worker(self):
    held = self._execution_communication.execution
    try:
        run(self)
        description = dict(held.to_describe_output())
        for date in ("startDate", "stopDate"):
            description[date] = text_of(description[date])
        events = held.to_history_output()["events"]
        entered = [event["stateEnteredEventDetails"]["name"] for event in events if event["type"].endswith("StateEntered")]
        tell("end", execution=description, events=len(events), entered=entered)
    except BaseException as error:
        tell("broken", arn=held.exec_arn, error=repr(error))
        raise


def stop_worker(self, stop_date, error, cause):
    stop(self, stop_date, here.error, here.cause)
    waiting = waits.get(id(self.env))
    if waiting is not None:
        tell("wake", id=waiting)


def environment(self):
    env = environment_of(self)
    about = env.states.context_object.context_object_data["Execution"]
    about["StartTime"] = text_of(self._execution_communication.execution.start_date)
    return env


def reflect_status(self):
    reflect(self)
    ended = self.execution.exec_worker.env.program_state()
    if isinstance(ended, execution.ProgramStopped):
        self.execution.error, self.execution.cause = ended.error, ended.cause


execution_worker.ExecutionWorker.start = start_worker
execution_worker.ExecutionWorker._execution_logic = run_worker
execution_worker.ExecutionWorker.stop = stop_worker
execution_worker.ExecutionWorker._get_evaluation_environment = environment
execution.BaseExecutionWorkerCommunication._reflect_execution_status = reflect_status


def machine_alone(machine):
    clone = copy.copy(machine)
    clone.executions = []
    return clone


models.copy = types.SimpleNamespace(deepcopy=machine_alone)
stop_request = responses.StepFunctionResponse.stop_execution


def stop_execution(self):
    here.error, here.cause = self._get_param("error"), self._get_param("cause")
    return stop_request(self)


def get_execution_history(self):
    arn = self._get_param("executionArn")
    events = self.stepfunction_backend.get_execution_history(arn)["events"]
    ordered = events[::-1] if self._get_param("reverseOrder") else events
    return responses.ActionResult({"events": ordered[: self._get_param("maxResults") or 1000]})


responses.StepFunctionResponse.stop_execution = stop_execution
responses.StepFunctionResponse.get_execution_history = get_execution_history


# Lambda functions: by Lambda's Invoke over HTTP; its ClientContext says for whom.

integrate = lambda_eval_utils.execute_lambda_function_integration


def integrate_for(env, parameters, region, state_credentials):
    here.env = env
    integrate(env, parameters, region, state_credentials)


def invoke(parameters, region, state_credentials):
    about = here.env.states.context_object.context_object_data
    custom = {"execution": about["Execution"]["Name"], "state": about["State"]["Name"]}
    context = base64.b64encode(json.dumps({"custom": custom}).encode()).decode()
    path = f"/2015-03-31/functions/{quote(parameters['FunctionName'], safe='')}/invocations"
    response, payload = ask(path, parameters["Payload"], {"x-amz-client-context": context})
    answer = {"StatusCode": response.status, "Payload": json.loads(payload), "ExecutedVersion": "$LATEST"}
    error = response.headers.get("x-amz-function-error")
    return answer if error is None else {**answer, "FunctionError": error}


lambda_eval_utils.execute_lambda_function_integration = integrate_for
lambda_eval_utils._invoke_lambda_function = invoke


default_user_config["stepfunctions"] = {"execute_state_machine": True}
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(f"port {server.get_host_and_port()[1]}", flush=True)
sys.stdin.read()
